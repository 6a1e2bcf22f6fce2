# Texts of the desk's pages, and of the page for members who have no code.

# Members who have no code
no-code-link = Nie mam kodu do głosowania
no-code-title = Nie mam kodu do głosowania
no-code-intro = Tu możesz poprosić o inny. Jeśli wszystko się zgadza, wyślemy list na adres e-mail, który związek miał w chwili ustalenia głosowania. Dotychczasowy kod działa, dopóki nie użyjesz zezwolenia z tego listu.
no-code-none = W tej chwili nie ma głosowania, do którego wydaje się kody.
no-code-ballot = Głosowanie
no-code-fact = To, co wiesz tylko Ty
no-code-fact-hint = Jeśli związek coś z Tobą uzgodnił, na przykład datę lub słowo. W przeciwnym razie zostaw puste.
no-code-button = Poproś o inny kod
no-code-ballot-missing = Wybierz głosowanie.
no-code-asked = Zapisaliśmy to. Jeśli wszystko się zgadza, list jest w drodze na zapisany adres e-mail; może to potrwać kilka minut. Wysyłamy najwyżej jeden dziennie.
no-code-no-letter = List nie przyszedł w ciągu godziny albo masz już inny adres? Wtedy muszą pomóc ludzie:
no-code-have-permit = Mam list z zezwoleniem
no-code-ask = Kodów tego głosowania nie wymienia się na tej stronie. Zapytaj:
no-code-not-now = Kodów tego głosowania nie można już wymienić albo jeszcze nie można. Zajrzyj na stronę głosowania.
no-code-often = Proszono o to zbyt wiele razy.

# With the permit
again-title = Inny kod do głosowania
again-intro = Wpisz zezwolenie z listu. Dotychczasowy kod od razu przestanie działać, a list z nowym pójdzie na ten sam adres e-mail.
again-permit = Zezwolenie
again-permit-hint = 16 liter i cyfr z listu, o który prosisz. Wielkość liter, spacje i kreski nie mają znaczenia.
again-permit-missing = Wpisz zezwolenie z listu.
again-permit-mistyped = W zezwoleniu jest literówka. Porównaj je znak po znaku z listem.
again-wrong = Numer członkowski i zezwolenie nie pasują do siebie albo zezwolenie zostało już użyte lub ma ponad dobę. Sprawdź oba albo poproś o nowe.
again-voted = Twój głos jest już zapisany, więc kodu nie można wymienić. Głos się liczy. Jeśli to nie Ty go oddałeś lub oddałaś, zadzwoń:
again-button = Wymień mój kod
again-done = Dotychczasowy kod już nie działa. List z nowym jest w drodze na zapisany adres e-mail.

# The desk, for officers
desk-link = Pomoc: kody i adresy członków
desk-title = Pomoc dla członków
desk-intro = Znajdź członka, zobacz, gdzie są jego listy, wymień zgubiony kod albo popraw adres e-mail. Nikt tu nigdy nie widzi kodu.
desk-search = Numer albo nazwisko
desk-search-hint = Części imienia i nazwiska w dowolnej kolejności; znaki diakrytyczne i wielkość liter nie mają znaczenia.
desk-search-button = Szukaj
desk-search-missing = Wpisz numer albo część nazwiska.
desk-search-too-long = To za długie jak na nazwisko.
desk-nobody = Nikogo nie znaleziono. Spróbuj części nazwiska albo numeru.
desk-found = { $total ->
    [one] Znaleziono jedną osobę.
    [few] Znaleziono { $total } osoby.
   *[many] Znaleziono { $total } osób.
  }
desk-more = Pokazano tylko pierwsze { $shown }. Wpisz więcej z nazwiska.
desk-gone = Nie ma już na liście członków
desk-unit = Jednostka
desk-standing = Status
desk-email = E-mail do listów
desk-phone = Telefon
desk-language = Język
desk-none = Brak
desk-password = Hasło
desk-password-set = Ustawione
desk-password-none = Jeszcze nie: potrzebny jest kod aktywacyjny
desk-fact = To, co wie tylko ta osoba
desk-fact-there = Zapisane: pyta o to strona dla osób bez kodu
desk-ballots = Głosowania
desk-no-ballots = Żadne głosowanie nie jest ustalone ani otwarte.
desk-may-vote = Może w nim głosować
desk-may-vote-in = Może w nim głosować, w urnie { $box }
desk-may-not = Nie ma na ustalonej liście: nie może w nim głosować.
desk-codes-to = Kody e-mailem idą na adres
desk-codes-none = Bez adresu e-mail w chwili ustalenia: kody do rąk
desk-letters = Listy
desk-no-letters = O żadnym liście nic nie wiadomo.
desk-channel-email = E-mail
desk-channel-post = Poczta
desk-channel-hand = Do rąk
desk-state-queued = czeka na wysłanie od { $day }
desk-state-printed = wydrukowano { $day }
desk-state-sent = wysłano { $day }
desk-state-delivered = doszedł { $day }
desk-state-handed-over = przekazano { $day }
desk-state-bounced = wrócił { $day }
desk-with-code = Z kodem
desk-new-code = Nowy kod trafiłby
desk-way-email = listem na adres e-mail, który był na liście w chwili ustalenia głosowania
desk-way-hand = do rąk: odbiera go osoba, która poprosiła o ustalenie głosowania, i wydaje za podpisem
desk-way-registrar = przez osobę, która wydaje kody
desk-no-spares = Nie ma już zapasowych kodów: żadnego nie można wymienić.
desk-reissue-link = Wymień kod
desk-reissue-title = Wymiana kodu do głosowania: { $name }
desk-reissue-who = Członek
desk-reissue-ballot = Głosowanie
desk-reissue-what = Co się stanie
desk-reissue-void = Dotychczasowy kod od razu przestanie działać. Nie można tego cofnąć.
desk-reissue-spares = { $spares ->
    [one] Został jeden kod zapasowy.
    [few] Zostały { $spares } kody zapasowe.
   *[many] Zostało { $spares } kodów zapasowych.
  }
desk-reissue-two = Najpierw musi się zgodzić inny członek zarządu.
desk-reissue-sure = Najpierw porozmawiaj z tą osobą: niech zadzwoni albo zadzwoń na numer znany wcześniej.
desk-reissue-button = Unieważnij stary kod i utwórz nowy
desk-reissue-back = Wróć do członka
desk-reissue-voted = Pod tym kodem zapisano głos, więc nie można go już wymienić. Głos się liczy, chyba że ta osoba zmieni go tym samym kodem. To, że o to poproszono, jest w dzienniku.
desk-reissue-not-now = Kody wymienia się tylko wtedy, gdy głosowanie jest ustalone lub otwarte, osobom z ustalonej listy i dopóki są kody zapasowe.
desk-reissued = Dotychczasowy kod już nie działa. Nowy trafi { $way }.
desk-proposed = Do tego potrzeba dwóch osób. Nic się nie stanie, dopóki inny członek zarządu nie zatwierdzi wniosku { $number }.
desk-change-title = Popraw adres e-mail
desk-change-intro = Listy idą na nowy adres po godzinie, a stary adres dowiaduje się od razu. Kody głosowań już ustalonych nigdy tam nie idą. Dopóki głosowanie tej osoby jest ustalone lub otwarte, musi się zgodzić inny członek zarządu.
desk-change-field = Nowy adres e-mail
desk-change-wrong = To nie jest adres e-mail. Potrzebna jest nazwa, znak @ i domena, na przykład anna@example.org.
desk-change-same = To już jest adres tej osoby.
desk-change-button = Zmień adres
desk-change-waits = Adres { $email } obowiązuje dla listów od: { $time }.
desk-change-cancel = Cofnij zmianę
desk-changed = Zmianę zapisano. Zacznie działać za godzinę.
desk-cancelled = Zmianę cofnięto: listy idą tam, gdzie przedtem.
