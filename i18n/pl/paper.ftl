# To, co się drukuje: listy z kodami do głosowania, karteczki z kodem, listy odbioru. Zwykły, krótki tekst: list ma jedną stronę.

letter-subject = Kod do głosowania: { $title }
letter-greeting = Dzień dobry, { $name }!
letter-what = { $union } zaprasza członków do głosowania. W tym liście jest Twój własny kod do głosowania. Nie pokazuj go nikomu: nikt ze związku ani nikt inny nigdy o niego nie poprosi.
letter-from-until = Głosować można od: { $opens }, do: { $closes }.
letter-from = Głosować można od: { $opens }. O zakończeniu głosowania powiadomimy.
letter-until = Głosować można do: { $closes }.
letter-when-told = O początku i zakończeniu głosowania powiadomimy.
letter-steps = Jak zagłosować
letter-step-1 = Zeskanuj obrazek telefonem albo otwórz { $site } w przeglądarce i wybierz tam to głosowanie.
letter-step-2 = Zaloguj się numerem członkowskim i hasłem. Jeśli nie masz jeszcze hasła, zapytaj osobę podaną wyżej do kontaktu.
letter-step-3 = Wpisz kod do głosowania, jeśli strona o niego zapyta. Wybierz odpowiedź, sprawdź ją i oddaj głos.
letter-step-4 = Zachowaj potwierdzenie, które się pokaże: dzięki niemu samodzielnie sprawdzisz, że Twój głos jest w rejestrze.
letter-again = Do końca głosowania można głosować ponownie: liczy się tylko ostatni głos.
letter-lost = Kod się zgubił albo ktoś go widział? Poproś o nowy, zanim zagłosujesz: { $contact }
letter-stranger = Ten list nie jest do Ciebie? Prosimy odesłać go do nadawcy. Bez hasła członka kod niczego nie otwiera.
letter-registrar = Ten kod przygotowała i wydrukowała osoba rejestrująca. Serwer związku nigdy go nie widział.
code-label = Twój kod do głosowania
code-hint = Wielkość liter nie ma znaczenia; kreski można pominąć.
paper-member-no = Numer członkowski
paper-unit = Jednostka
paper-box = Liczone w
paper-contact = Pytania
paper-practice = ĆWICZENIE: to głosowanie o niczym nie rozstrzyga
slip-keep = Tylko dla Ciebie: nie pokazuj nikomu.
slip-until = do: { $closes }
slip-site = Zeskanuj obrazek albo otwórz { $site }.
list-title = Wydane kody do głosowania
list-name = Imię i nazwisko
list-day = Dzień
list-signature = Podpis
list-note = Każda osoba podpisuje odbiór własnej karteczki. Niewydane karteczki wracają: { $contact }
list-by = Kto wydał (imię i nazwisko, podpis)
list-members = { $members ->
    [one] jedna osoba
    [few] { $members } osoby
   *[many] { $members } osób
  }
list-page = Strona { $page } z { $pages }
