# Texts of the pages that the server makes.

# Around every page
skip-to-content = Przejdź do treści
nav-label = Główna
nav-my-ballots = Moje głosowania
nav-sign-in = Zaloguj się
nav-sign-out = Wyloguj: { $name }
footer-check = Sprawdź potwierdzenie
footer-language = Język:
footer-text = Działa na programie Scrutineer: każdy może sprawdzić liczenie głosów i nikomu nie trzeba wierzyć na słowo.
title-error = Błąd:

# Sign in
session-ended = Uwaga: sesja wygasła, bo przez dłuższy czas nic się nie działo. Zaloguj się ponownie, aby kontynuować.
sign-in-no-password = Nie masz jeszcze hasła albo nie pamiętasz?
activate-link = Ustaw hasło kodem aktywacyjnym
activated = Gotowe: hasło jest ustawione. Teraz możesz się nim zalogować.
member-no-missing = Wpisz numer członkowski.
password-missing = Wpisz hasło.

# Activation
activate-title = Ustaw hasło
activate-intro = Kod aktywacyjny przysyła związek. Działa jeden raz, przez 30 dni. Jeśli już nie działa, poproś związek o nowy.
activation-code = Kod aktywacyjny
activation-code-hint = Wielkość liter, spacje i kreski nie mają znaczenia.
new-password = Nowe hasło
new-password-hint = Co najmniej { $least } znaków. Dobrze sprawdza się kilka słów.
new-password-again = Nowe hasło jeszcze raz
activate-button = Ustaw hasło
activate-wrong = Numer członkowski i kod aktywacyjny nie pasują do siebie albo kod został już użyty, zastąpiony lub wygasł. Sprawdź oba; związek może przysłać nowy kod.
activation-code-missing = Wpisz kod aktywacyjny przysłany przez związek.
activation-code-mistyped = W kodzie aktywacyjnym jest literówka. Porównaj go znak po znaku z listem od związku.
password-too-short = Hasło jest za krótkie: potrzeba co najmniej { $least } znaków.
password-too-long = Hasło jest za długie: najwyżej 1024 znaki.
passwords-differ = Nowe hasła nie są takie same. Wpisz hasło jeszcze raz.

# When something cannot be done
problem-home = Do pierwszej strony
problem-id = Prosząc o pomoc, podaj ten numer: { $id }
problem-not-found-title = Nie ma takiej strony
problem-not-found = Być może adres skopiowano tylko w części albo tego, co tu było, już się nie pokazuje.
problem-forbidden-title = Ta strona jest dla kogoś innego
problem-forbidden = Widzą ją tylko osoby pełniące określone funkcje w związku. Jeśli powinna być dostępna także tutaj, zapytaj w związku.
problem-cross-site-title = To przyszło z innej strony internetowej
problem-cross-site = Dla bezpieczeństwa nic nie zrobiono. Otwórz tę stronę bezpośrednio i spróbuj ponownie.
problem-method-title = Tego nie można tu zrobić
problem-method = Wróć, wczytaj stronę ponownie i spróbuj jeszcze raz.
problem-wait-title = Trzeba chwilę poczekać
problem-wait = Było zbyt wiele prób. Nic nie zmieniono.
problem-busy-title = Dużo się teraz dzieje
problem-busy = Serwer ma w tej chwili więcej pracy, niż może wykonać. Nic nie zmieniono i nic nie przepadło.
problem-storage-title = Teraz to nie jest możliwe
problem-storage = Serwer nie może w tej chwili niczego przyjąć. Nic nie zmieniono. Zawiadom związek i spróbuj później.
problem-gone-title = Tego już się nie przechowuje
problem-gone = Minął czas, przez który trzeba było to przechowywać, i zostało usunięte. Certyfikat głosowania pozostaje: zapytaj swój związek.
problem-conflict-title = W obecnym stanie to nie jest możliwe
problem-conflict = To nie pasuje do stanu głosowania. Zajrzyj na stronę głosowania.
problem-internal-title = Coś się tu nie udało
problem-internal = To błąd serwera, nie Twój. Zawiadom związek i podaj numer poniżej.
problem-invalid-title = Nie udało się tego odczytać
problem-invalid = Wysłano coś innego, niż oczekuje ta strona. Wróć, wczytaj stronę ponownie i spróbuj jeszcze raz.

# The first page
home-title = Głosowania
home-mine = Moje głosowania
home-others = Inne głosowania
home-intro = Tu głosują członkinie i członkowie związku. Zaloguj się numerem członkowskim, aby zobaczyć swoje głosowania.
home-none-of-mine = W tej chwili nie ma głosowania, w którym możesz głosować.
home-ballots = Głosowania tego związku
home-no-ballots = Jeszcze żadnych nie ma.
home-check = Twój głos jest już oddany i chcesz wiedzieć, co się z nim stało?
signed-out = Gotowe: wylogowano.
vote-button = Głosuj
vote-button-named = Głosuj: { $title }
vote-again-button = Zmień mój głos
vote-again-button-named = Zmień mój głos: { $title }
results-link = Wyniki
results-link-named = Wyniki: { $title }
you-voted = Twój głos jest oddany.

# Where a ballot is in its life
status-draft = Szkic: widzą go tylko osoby z uprawnieniami do prowadzenia głosowań.
status-frozen = Głosowanie jeszcze się nie zaczęło.
status-frozen-opens = Początek głosowania: { $time }.
status-open = Głosowanie trwa, dopóki związek go nie zamknie.
status-open-closes = Głosowanie trwa. Koniec: { $time }.
status-closed = Głosowanie się skończyło. Trwa otwieranie wyniku.
status-tallied = Głosy są policzone.
status-certified = Głosy są policzone, a władze związku podpisały wynik.
status-cancelled = To głosowanie zostało odwołane.

# A ballot's page
cancelled-because = Powód: { $reason }
ballot-sign-in = Aby głosować, najpierw się zaloguj.
ballot-not-voted-yet = Twój głos nie jest jeszcze oddany.
ballot-voted = Gotowe: Twój głos jest oddany. Do końca głosowania możesz go zmienić; liczy się tylko ostatni.
ballot-voted-then = Gotowe: Twój głos został oddany.
ballot-not-voted = W tym głosowaniu nie ma Twojego głosu.
ballot-not-eligible = Uwaga: nie ma Cię na liście osób, które mogą tu głosować. Jeśli to pomyłka, zadzwoń: { $contact }
ballot-purged = To, co zapisano z tego głosowania, było przechowywane tak długo, jak trzeba, i zostało usunięte: { $time }. Certyfikat pozostaje.
ballot-later = Będzie można głosować, gdy tylko głosowanie się zacznie.
choose-one = Wybierz jedną odpowiedź.
choose-exactly = { $most ->
    [one] Wybierz dokładnie jedną odpowiedź.
    [few] Wybierz dokładnie { $most } odpowiedzi.
   *[many] Wybierz dokładnie { $most } odpowiedzi.
  }
choose-up-to = { $most ->
    [one] Wybierz jedną odpowiedź albo żadnej.
    [few] Wybierz najwyżej { $most } odpowiedzi.
   *[many] Wybierz najwyżej { $most } odpowiedzi.
  }
choose-between = { $most ->
    [one] Wybierz od { $least } do { $most } odpowiedzi.
    [few] Wybierz od { $least } do { $most } odpowiedzi.
   *[many] Wybierz od { $least } do { $most } odpowiedzi.
  }
choose-abstain = Można też wstrzymać się od głosu.
rule-as-written = Reguła w brzmieniu, w jakim ją zapisano:
ballot-facts = W skrócie
fact-who = Kto może głosować
fact-counted = Jak liczy się głosy
fact-opens = Początek głosowania
fact-closes = Koniec głosowania
fact-cast = Głosy
fact-contact = Pytania? Zadzwoń
cast-so-far = Stan na dzień i godzinę: { $time }: { $cast } z { $eligible }. Ta liczba zmienia się najwyżej raz na dobę.
cast-not-yet = Jeszcze nie podano. Liczba pojawi się po północy, gdy nie będzie mówić o zaledwie kilku osobach.
cast-in-all = { $eligible ->
    [one] Oddano głosów: { $cast }. Uprawniona była { $eligible } osoba.
    [few] Oddano głosów: { $cast }. Uprawnione były { $eligible } osoby.
   *[many] Oddano głosów: { $cast }. Uprawnionych było { $eligible } osób.
  }
turnout-caption = Ile osób zagłosowało, według jednostek
turnout-units = Jednostki
turnout-voted = Zagłosowało
turnout-eligible = Uprawnionych
turnout-together = Jednostki podano razem tam, gdzie osobna liczba mówiłaby o mniej niż dziesięciu osobach.
ballot-setting = Czemu trzeba zaufać, a co można sprawdzić
record-link = Publiczny rejestr tego głosowania

# An announced ballot
status-announced = Zapowiedziane: głosowanie jeszcze się nie zaczęło. Zastrzeżenia do tego, kto może głosować, można zgłaszać do: { $time }.
status-announced-over = Zapowiedziane: głosowanie jeszcze się nie zaczęło. Zastrzeżenia do tego, kto może głosować, można było zgłaszać do: { $time }.
prospect-may = Możesz głosować w tym głosowaniu.
prospect-may-not = Nie możesz głosować w tym głosowaniu.
prospect-now = Tak wygląda teraz spis członków. To, kto może głosować, zostanie ustalone, zanim głosowanie się zacznie.
reason-standing = Twój status w spisie to „{ $value }”, a to głosowanie jest dla osób o innym statusie.
reason-classification = Twoja grupa zawodowa w spisie to „{ $value }”, a to głosowanie jest dla innych grup.
reason-no-classification = Spis nie podaje Twojej grupy zawodowej, a to głosowanie jest dla określonych grup.
reason-unit = Twoja jednostka w spisie to „{ $value }”, a to głosowanie jest dla innych jednostek.
reason-not-on-roll = Nie ma Cię w spisie członków.
objection-title = Zgłoś zastrzeżenie do tego, kto może głosować
objection-intro = Spis myli się co do Ciebie albo kogoś innego? Napisz o tym tutaj do: { $time }. Osoby prowadzące głosowanie przeczytają to i odpowiedzą, a odpowiedź pojawi się na tej stronie.
objection-counted = Certyfikat wyniku podaje, ile było zastrzeżeń i na ile odpowiedziano. Nie wymienia nikogo.
objection-field = Twoje zastrzeżenie
objection-hint = Najwyżej { $most } znaków.
objection-button = Wyślij zastrzeżenie
objection-sent = Gotowe: zastrzeżenie jest zgłoszone. Odpowiedź pojawi się tutaj.
objection-mine = Twoje zastrzeżenie numer { $number }, { $time }
objection-waiting = Nie ma jeszcze odpowiedzi. Kolejne można zgłosić, gdy będzie.
objection-answer = Odpowiedź, { $time }:
objection-missing = Napisz, do czego masz zastrzeżenie.
objection-too-long = Liczba znaków w zastrzeżeniu: { $length }. Może ich być najwyżej { $most }: skróć tekst.
objection-unreadable = W zastrzeżeniu jest znak, którego nie da się pokazać. Wpisz tekst, zamiast go kopiować.
objection-open = Niczego nie wysłano: na zastrzeżenie numer { $number } nie ma jeszcze odpowiedzi. Kolejne można zgłosić, gdy będzie.
notice-link = Zawiadomienie o tym głosowaniu, do wydruku
notice-title = Zawiadomienie o głosowaniu: { $title }
notice-word = Zawiadomienie o głosowaniu
notice-intro = { $union }: to głosowanie zapowiedziano członkom. Dzień zapowiedzi: { $time }.
notice-print = Aby wydrukować tę stronę, użyj polecenia drukowania w przeglądarce. Mieści się na A4 i na Letter.
notice-who-then = Liczba osób, które mogły głosować według spisu z tego dnia: { $n }.
notice-dates = Kiedy
notice-until = Zastrzeżenia do
notice-not-set = Jeszcze nie ustalono. Poda to strona głosowania.
notice-object = Jak zgłosić zastrzeżenie
notice-object-text = Spis myli się co do Ciebie albo kogoś innego? Każdy członek może zgłosić zastrzeżenie na stronie głosowania, po zalogowaniu (do: { $time }), albo zapytać: { $contact }
notice-place = Strona głosowania
notice-qr = Ten obrazek otwiera stronę głosowania

# Where one votes
vote-sign-in-title = Zaloguj się, aby głosować
vote-sign-in-intro = Głosowanie widać po zalogowaniu.
vote-no-script = Uwaga: w tej przeglądarce JavaScript jest wyłączony. Można się zalogować, ale nie głosować: głos jest pieczętowany na tym urządzeniu i do tego potrzebny jest JavaScript. Włącz go, użyj innego urządzenia albo zadzwoń do związku.
vote-starting = Chwileczkę: głosowanie się wczytuje.
vote-too-old = Jeśli ten tekst nie znika, w tej przeglądarce nie da się głosować. JavaScript musi być włączony, a przeglądarka nie może być starsza niż z 2023 roku. Nic nie przepadło: spróbuj w innej przeglądarce lub na innym urządzeniu.
vote-call = Jeśli to nie pomoże, zadzwoń: { $contact }
vote-to-ballot = Wróć na stronę głosowania

# Checking a receipt
check-title = Sprawdź potwierdzenie
check-intro = Potwierdzenie ma swój numer. Z nim znajdziesz swój głos w rejestrze i zobaczysz, czy się liczy. Nikt nie dowie się z niego, jak głosujesz.
check-field = Numer potwierdzenia albo jego dwanaście słów
check-field-hint = 43 znaki albo dwanaście angielskich słów w ich kolejności.
check-button = Sprawdź
check-secret = Numer potwierdzenia nie mówi, jak ktokolwiek głosował. Nie jest tu zapisywany.
check-missing = Wpisz numer z potwierdzenia albo jego dwanaście słów.
check-not-a-tracker = To nie jest numer potwierdzenia ani jego dwanaście słów. Porównaj z potwierdzeniem znak po znaku.
check-several = Te słowa pasują do więcej niż jednego głosu. Wpisz 43 znaki numeru potwierdzenia.
check-counted-word = Policzony:
check-counted = ten głos jest w rejestrze i się liczy.
check-counted-so-far = ten głos jest w rejestrze i liczy się, o ile ta sama osoba go nie zmieni.
check-counted-cancelled = ten głos jest w rejestrze. Głosowanie odwołano, więc nie liczy się żaden głos.
check-replaced-word = Zastąpiony:
check-replaced = ten głos jest w rejestrze, ale zamiast niego liczy się późniejszy głos tej samej osoby.
check-replaced-call = Jeśli nie było drugiego głosowania z Twojej strony, zadzwoń: { $contact }
check-not-found-word = Nie znaleziono:
check-not-found = żaden z widocznych tu rejestrów nie zawiera tego głosu.
check-not-found-sign-in = W czasie głosowania rejestry widzą osoby zalogowane. Zaloguj się i spróbuj ponownie.
check-not-found-steps = W czasie głosowania nowe głosy pojawiają się w rejestrze partiami. Jeśli głos oddano przed chwilą, spróbuj ponownie za kwadrans.
check-not-found-call = Jeśli i wtedy go nie będzie, zadzwoń do prowadzących głosowanie i zachowaj potwierdzenie: jego podpis dowodzi, że głos przyjęto.
check-ballot = Głosowanie
check-tracker = Numer potwierdzenia
check-place = Miejsce w rejestrze
check-height = Numer { $height }
check-ask = Do kogo zadzwonić
check-another = Sprawdź następne

# For those who watch
watch-title = Obserwacja: { $title }
watch-all-title = Obserwacja głosowań tego związku
watch-link = Obserwuj to głosowanie
watch-all-link = Obserwuj wszystkie głosowania i czytaj dziennik
watch-intro = Dla osób, które prowadzą głosowania, i dla tych, które je obserwują. Nic tutaj nie mówi, jak kto głosował.
watch-now = Stan głosowania
watch-waits = Na co czeka:
watch-tellers = Komisja skrutacyjna
watch-no-tellers = Nie ma komisji skrutacyjnej: wynik otwiera sam serwer.
watch-tellers-needed = Komisja: { $board }. Do otwarcia wyniku potrzeba { $needed } z { $tellers }.
watch-forming = Komisje skrutacyjne, które tworzą swój klucz
watch-ceremony = Tworzenie klucza
watch-steps = { $done } z 4 kroków
watch-seat = Miejsce
watch-teller = Członek komisji
watch-checked = Sprawdzono przed otwarciem
watch-stated = Podano słowa zamknięcia
watch-opened = Otwarto wynik
watch-yes = Tak
watch-no = Jeszcze nie
watch-boxes = { $done } z { $all } urn
watch-proposals = Czeka na drugą osobę
watch-proposal = Propozycja: { $by }; wygasa: { $time }.
watch-signatures = Podpisy zarządu
watch-signed = Liczba podpisów: { $signed } z { $needed }.
watch-signature = Numer { $number }, klucz
watch-yourself = Sprawdź osobiście
watch-record = Rejestr, jego odciski i pliki do pobrania
watch-certificate = Zaświadczenie jako plik
watch-monitor = Aby śledzić rejestr z własnego komputera:
watch-roll = Aby sprawdzić, że lista uprawnionych jest tą, którą ustalono przed pierwszym głosem:
watch-voted = Kto głosował
watch-voted-count = Liczba osób, które zagłosowały: { $count }. Lista jest ułożona według nazwisk; nie mówi, kiedy kto głosował ani jak.
watch-voted-download = Pobierz listę (CSV)
watch-voted-names = Pokaż nazwiska tutaj
watch-voted-later = Nazwiska są widoczne po zakończeniu głosowania, a jeśli je odwołano, wcale.
watch-log = Co zrobiono
watch-log-text = Wszystkie czynności zarządu, delegatów, komisji skrutacyjnej i serwera, po angielsku, w czasie UTC. Oddanie głosu nie jest jedną z nich.
watch-log-more = Tutaj widać tylko pierwsze, w liczbie { $count }. Wszystkie:
watch-log-pages = Strony dziennika
watch-newer = Nowsze
watch-older = Starsze
watch-head = Najnowsza czynność ma numer { $number }. Proszę zapisać jej odcisk: jeśli kiedyś będzie inny, dziennik zmieniono.
watch-export = Aby zachować dziennik i sprawdzić go bez tego serwera:

# Certyfikat do wydruku
certificate-link = Certyfikat do wydruku
certificate-title = Certyfikat: { $title }
certificate-word = Certyfikat wyniku nr { $number }
certificate-corrects = Poprawia i zastępuje certyfikat nr { $number }. Powód: { $reason }
certificate-correcting = Ten certyfikat poprawi certyfikat nr { $number }. Jest podpisywany: podpisów jest { $signed } z { $needed }.
certificate-numbers = Liczby
certificate-codes = Wydane kody do głosowania
certificate-received = Otrzymane głosy
certificate-replaced = Zastąpione późniejszym głosem
certificate-spoiled = Głosy nieważne
certificate-opened-by = Liczenie otworzyli: { $names }.
certificate-objections = Zastrzeżenia obserwatorów
certificate-objections-none = Gdy sporządzono ten certyfikat, nie było żadnego. Obserwatorzy mogą zgłaszać zastrzeżenia do: { $time }.
certificate-objections-until = Obserwatorzy mogą zgłaszać zastrzeżenia do: { $time }.
certificate-objection = Zastrzeżenie nr { $number }: { $name } (numer { $member }), { $time }
certificate-objection-late = Zastrzeżenie nr { $number } wpłynęło po pierwszym podpisie. Nie ma go w certyfikacie i wymaga on poprawienia.
certificate-setting = Na czym opiera się wynik
certificate-keys = Klucze osób urzędowych, które mogą podpisać
certificate-remarks = Co trzeba wiedzieć (po angielsku)
certificate-check = Jak to sprawdzić
certificate-sum = SHA-256 pliku certificate.json
certificate-place = Ta strona
certificate-qr = Ten obrazek otwiera tę stronę
certificate-pdf = To samo w PDF, po angielsku, zawsze te same bajty
certificate-other = Inne certyfikaty tego głosowania
certificate-other-one = Certyfikat nr { $number }

# What letters say, for officers
letters-title = Co mówią listy
letters-intro = Wszystkie listy, które wysyła ten serwer, ze zmyślonymi nazwiskami, godzinami i kodami. Każda osoba dostaje swoje w języku podanym na liście członków, a jeśli go brak, po angielsku.
letters-html = List „{ $kind }” tak, jak go pokazują programy pocztowe
letters-link = Co mówią listy do członków
