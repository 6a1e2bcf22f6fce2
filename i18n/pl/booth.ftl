# Texts of the booth alone.

# On every step
booth-steps = Krok { $step } z 4
booth-steps-question = Krok 2 z 4: pytanie { $number } z { $count }
booth-back = Wstecz
booth-continue = Dalej
booth-try-again = Spróbuj ponownie
booth-help = Pytania? Kontakt: { $contact }
booth-help-union = Pytania? Zapytaj w związku.
booth-ballot-page = Na stronę głosowania
booth-my-ballots = Moje głosowania
booth-check-receipt = Sprawdź potwierdzenie
booth-sign-out = Wyloguj się
booth-number = Numer potwierdzenia

# Loading
booth-loading = Chwileczkę
booth-unreachable-title = Nie udało się wczytać głosowania
booth-unreachable-cut = Nie ma teraz połączenia z serwerem. Nic nie przepadło.
booth-unreachable-busy = Serwer ma w tej chwili więcej pracy, niż może wykonać. Nic nie przepadło; spróbuj za minutę.

# Sign in
booth-sign-in-first = Najpierw logowanie, potem widać głosowanie.
booth-sign-in-ended = Uwaga: sesja wygasła, bo przez dłuższy czas nic się nie działo. Zaloguj się ponownie, aby wrócić do tego samego miejsca.
booth-sign-in-waiting = Uwaga: głos oddany tutaj nie ma jeszcze potwierdzenia. Zaloguj się, a ten sam głos zostanie wysłany jeszcze raz. Może się liczyć tylko raz.
booth-sign-in-code = Kod do głosowania przyszedł w linku. Pozostaje na tej stronie podczas logowania.
booth-member-missing = Wpisz numer członkowski.
booth-password-missing = Wpisz hasło.
booth-sign-in-busy = Wiele osób loguje się naraz. We wpisanych danych nie ma błędu.
booth-sign-in-cut = Nie ma teraz połączenia. Spróbuj ponownie.
booth-sign-in-other = Nie można się teraz zalogować. Spróbuj później.
booth-no-password = Nie masz jeszcze hasła albo nie pamiętasz?
booth-activate = Ustaw hasło kodem aktywacyjnym
booth-activate-code = Po ustawieniu hasła trzeba jeszcze raz otworzyć link od związku.

# Why there is nothing to vote on
booth-not-found-title = Tu nie ma tego głosowania
booth-not-found = Być może adres skopiowano tylko w części. Otwórz otrzymany link jeszcze raz.
booth-not-open-title = Głosowanie jeszcze się nie zaczęło
booth-not-open = Strona głosowania podaje, kiedy się zacznie.
booth-not-eligible-title = W tym głosowaniu nie możesz głosować
booth-not-eligible = Twojego nazwiska nie ma na liście tego głosowania, ustalonej przed jego rozpoczęciem. Nic nie wysłano.
booth-cancelled-title = To głosowanie odwołano
booth-cancelled = Głosy nie są przyjmowane i żaden nie będzie liczony. Strona głosowania podaje powód.
booth-unsupported-title = Ta strona nie może pokazać głosowania
booth-unsupported = Pyta ono w sposób, którego ta strona nie zna. Nic nie wysłano.
booth-mismatch-title = Coś tu do siebie nie pasuje
booth-mismatch = To, co przysłał serwer, należy do dwóch różnych głosowań, więc ta strona nie idzie dalej. Nic nie wysłano.
booth-fault-title = Coś się nie udało
booth-fault = To nie Twoja wina. Nic nie wysłano.

# Step 1: the ballot
booth-rule = Co jest potrzebne do przyjęcia
booth-who = Kto może głosować
booth-closes = Głosowanie kończy się
booth-closes-yours = W Twojej strefie czasowej: { $time }
booth-closes-open = Nie ustalono godziny. Strona głosowania poda, kiedy się skończy.
booth-setting = Na czym można polegać w tym głosowaniu
booth-voted = Uwaga: Twój głos w tym głosowaniu jest już oddany. Do końca można głosować ponownie; liczy się tylko ostatni głos.
booth-voted-check = Aby zobaczyć, czy głos jest w rejestrze, sprawdź potwierdzenie.
booth-code-came = Kod do głosowania przyszedł w linku. Nie trzeba go wpisywać.
booth-code-broken = Uwaga: kod do głosowania w linku jest niepełny albo ma błąd. Na następnej stronie można go wpisać.
booth-begin = Zacznij
booth-begin-again = Głosuj ponownie

# Step 1: the voting code
booth-code = Twój kod do głosowania
booth-code-intro = Związek przysłał Ci kod do tego właśnie głosowania. Nie pokazuj go nikomu. Kod nie opuszcza tego urządzenia.
booth-code-hint = 28 liter i cyfr. Wielkość liter, spacje i kreski nie mają znaczenia.
booth-code-kept = Kod jest już wpisany. Pozostaw pole puste, aby użyć go dalej.
booth-code-empty = Wpisz kod do głosowania.
booth-code-length = { $count ->
    [one] Kod ma 28 liter i cyfr; wpisano jedną. Porównaj go z listem.
    [few] Kod ma 28 liter i cyfr; wpisano { $count }. Porównaj go z listem.
   *[many] Kod ma 28 liter i cyfr; wpisano { $count }. Porównaj go z listem.
  }
booth-code-letter = W grupie { $group } jest litera, której nie ma w żadnym kodzie. Porównaj tę grupę z listem.
booth-code-check = W kodzie jest literówka. Porównaj go z listem, grupa po grupie.
booth-code-not-yours = Uwaga: to nie jest kod przygotowany dla Ciebie na to głosowanie. Porównaj go z listem i sprawdź, czy logowanie było na Twoje konto.
booth-code-void = Uwaga: ten kod zastąpiono nowszym. Użyj kodu, który przyszedł ostatnio.
booth-code-choices = Wybrane odpowiedzi nadal tu są.

# Step 2: choose
booth-choose-one = Wybierz jedną odpowiedź
booth-choose-exactly = { $count ->
    [one] Wybierz { $count } odpowiedź
    [few] Wybierz { $count } odpowiedzi
   *[many] Wybierz { $count } odpowiedzi
  }
booth-choose-up-to = { $max ->
    [one] Wybierz jedną odpowiedź albo żadnej
    [few] Wybierz najwyżej { $max } odpowiedzi
   *[many] Wybierz najwyżej { $max } odpowiedzi
  }
booth-choose-between = Wybierz od { $min } do { $max } odpowiedzi
booth-blank = Wstrzymuję się
booth-blank-hint = Udział w głosowaniu bez wyboru żadnej z odpowiedzi.
booth-chosen = Wybrano { $count }, najwyżej { $max }
booth-full = { $max ->
    [one] Można wybrać jedną odpowiedź. Aby wybrać inną, najpierw usuń wybór tamtej.
    [few] Można wybrać { $max } odpowiedzi. Aby wybrać inną, najpierw usuń wybór jednej z nich.
   *[many] Można wybrać { $max } odpowiedzi. Aby wybrać inną, najpierw usuń wybór jednej z nich.
  }
booth-few = { $min ->
    [one] Wybierz odpowiedź.
    [few] Wybierz co najmniej { $min } odpowiedzi.
   *[many] Wybierz co najmniej { $min } odpowiedzi.
  }
booth-few-blank = { $min ->
    [one] Wybierz odpowiedź albo wstrzymaj się od głosu.
    [few] Wybierz co najmniej { $min } odpowiedzi albo wstrzymaj się od głosu.
   *[many] Wybierz co najmniej { $min } odpowiedzi albo wstrzymaj się od głosu.
  }

# Step 3: check
booth-sealing = Trwa pieczętowanie głosu
booth-sealing-text = To potrwa chwilę. Nic jeszcze nie wysłano.
booth-review = Sprawdź swój głos
booth-review-number = Z tym numerem można później znaleźć swój głos w rejestrze. Numer nie pokazuje, co wybrano.
booth-review-choices = Wybrane odpowiedzi
booth-review-none = Żadna z odpowiedzi
booth-review-change = Zmień
booth-review-change-question = Zmień: { $question }
booth-review-sealed = Głos zapieczętowano na tym urządzeniu. To, co wybrano, opuszcza je tylko w zapieczętowanej postaci.
booth-review-elsewhere = Uwaga: oddano już głos w innym oknie. Jeśli oddasz także ten, liczy się tylko ten.
booth-cast = Oddaj głos
booth-test-link = Wypróbuj ten głos

# Testing
booth-test = Wypróbuj ten głos
booth-test-text = Każdy może sprawdzić, czy ta strona pieczętuje to, co wybrano. W tym celu otwiera się ten zapieczętowany głos: powstaje plik z wyborem i ze sposobem zapieczętowania. Inny komputer może zapieczętować go jeszcze raz i porównać.
booth-test-after = Głosu, który otwarto, nie można już nigdy oddać. Wybrane odpowiedzi zostaną potem zapieczętowane od nowa.
booth-test-secret = Nie przekazuj pliku dalej, jeśli zawiera Twój prawdziwy wybór. Do próby lepiej wybrać coś innego.
booth-test-button = Otwórz ten głos
booth-test-cut = Nie ma teraz połączenia. Niczego nie otwarto. Spróbuj ponownie.
booth-test-limit = Tego głosu nie można otworzyć: jest już w rejestrze albo otwarto ich tyle, ile wolno.
booth-test-other = Teraz to nie jest możliwe. Niczego nie otwarto.
booth-tested = Ten głos otwarto
booth-tested-text = Nie został oddany i nigdy już nie może być. Plik zawiera głos o tym numerze potwierdzenia; zapisano go na Twoim urządzeniu.
booth-tested-how = Sprawdź go na innym komputerze, także bez sieci:
booth-tested-save = Zapisz plik jeszcze raz
booth-tested-again = Zapieczętuj mój wybór od nowa

# Casting
booth-casting = Trwa oddawanie głosu
booth-casting-resumed = Uwaga: głos oddany tutaj nie ma jeszcze potwierdzenia. Ten sam głos jest wysyłany jeszcze raz. Może się liczyć tylko raz.
booth-cut = Nie ma jeszcze odpowiedzi
booth-cut-text = Połączenie zostało przerwane i nie wiadomo, czy głos dotarł. Ten sam głos jest wysyłany, aż przyjdzie potwierdzenie. Może się liczyć tylko raz.
booth-cut-next = { $seconds ->
    [one] Następna próba za sekundę.
    [few] Następna próba za { $seconds } sekundy.
   *[many] Następna próba za { $seconds } sekund.
  }
booth-try-now = Spróbuj teraz
booth-wait-kept = Tę stronę można zostawić otwartą. Po powrocie na nią w tym oknie wszystko toczy się dalej samo.
booth-busy = Serwer ma dużo pracy
booth-busy-text = Nie przyjął jeszcze Twojego głosu. Głos czeka tutaj i zostanie wysłany ponownie sam.
booth-soon = Trzeba chwilę poczekać
booth-soon-text = Poprzedni głos oddano przed chwilą. Liczy się on, dopóki nie oddasz tego.
booth-soon-now = Teraz można oddać głos.
booth-keep-earlier = Pozostaw poprzedni głos
booth-storage = Serwer nie może teraz przyjmować głosów
booth-storage-text = Nie przyjął Twojego głosu. Zawiadom osoby prowadzące głosowanie i spróbuj później.
booth-clock = Zegar serwera jest zły
booth-clock-text = Serwer nie przyjmuje głosów, dopóki zegar nie będzie dobry, i nie przyjął Twojego. Zawiadom osoby prowadzące głosowanie i spróbuj później.
booth-internal = Coś się nie udało na serwerze
booth-internal-text = Nie wiadomo, czy głos policzono. Spróbuj ponownie: zostanie wysłany ten sam głos i może się liczyć tylko raz.
booth-elsewhere = Liczy się już inny Twój głos
booth-elsewhere-text = Oddano już głos gdzie indziej, w innym oknie lub na innym urządzeniu. Głos na tej stronie nie ma potwierdzenia. Jeśli wyślesz go teraz, zastąpi tamten.
booth-send-this = Wyślij ten głos
booth-keep-other = Pozostaw tamten głos

# After the end
booth-closed = Głosowanie się skończyło
booth-closed-at = Koniec: { $time }
booth-closed-none = Z tej strony nie wysłano żadnego głosu.
booth-closed-voted = Liczy się ostatni głos oddany wcześniej.
booth-closed-late = Uwaga: głos przyszedł po zakończeniu i nie został policzony. Jeśli był wcześniejszy, liczy się tamten.
booth-closed-asking = Szukanie głosu w rejestrze…
booth-closed-counted = Gotowe: głos jest w rejestrze i się liczy.
booth-closed-replaced = Uwaga: głos jest w rejestrze, a zamiast niego liczy się Twój późniejszy głos.
booth-closed-missing = Uwaga: głos nie dotarł przed zakończeniem i nie został policzony. Jeśli był wcześniejszy, liczy się tamten.
booth-closed-unknown = Uwaga: nie można jeszcze powiedzieć, czy głos policzono. Zachowaj numer potwierdzenia i sprawdź później.
booth-results = Do wyniku

# When a vote is not taken
booth-refused = Głosu nie przyjęto
booth-refused-bad = Serwer nie mógł odczytać zapieczętowanego głosu. Nic nie policzono. Trzeba zagłosować jeszcze raz.
booth-refused-tested = Ten głos otwarto dla próby i nigdy nie można go oddać. Wybrane odpowiedzi można zapieczętować od nowa.
booth-refused-sealing = Nie udało się zapieczętować głosu na tym urządzeniu. Nic nie wysłano. Spróbuj ponownie albo użyj innej przeglądarki.
booth-refused-lost = Nie udało się utworzyć pliku do próby. Ten głos nigdy nie będzie liczony. Wybrane odpowiedzi można zapieczętować od nowa.
booth-refused-other = Serwer odmówił: { $code }. Nic nie policzono.
booth-replaced = Liczy się późniejszy głos
booth-replaced-text = Ten głos jest w rejestrze, a zamiast niego liczy się Twój późniejszy głos.
booth-too-often = Ostatni głos pozostaje
booth-too-often-text = Głos zastąpiono już tyle razy, ile wolno. Liczy się ostatni z potwierdzeniem.

# Step 4: the receipt
booth-receipt = Głos został oddany
booth-receipt-done = Gotowe: Twój głos jest w rejestrze.
booth-receipt-for = To potwierdzenie dowodzi, że głos został przyjęty. Można z nim w każdej chwili sprawdzić, że głos się liczy. Nie pokazuje, co wybrano.
booth-receipt-copy = Kopiuj
booth-receipt-copied = Skopiowano
booth-receipt-words = Słowami, do przeczytania przez telefon (po angielsku)
booth-receipt-qr = Ten obrazek otwiera sprawdzanie na innym telefonie
booth-receipt-print = Drukuj
booth-receipt-save = Zapisz jako plik
booth-receipt-wrong = Ostrożnie: podpis na tym potwierdzeniu jest niewłaściwy. Zapisz potwierdzenie i zawiadom osoby prowadzące głosowanie.
booth-receipt-genuine = Podpis serwera na potwierdzeniu jest właściwy.
booth-receipt-step = { $minutes ->
    [one] Dopóki głosowanie trwa, nowe głosy pojawiają się w rejestrze mniej więcej po minucie.
    [few] Dopóki głosowanie trwa, nowe głosy pojawiają się w rejestrze mniej więcej po { $minutes } minutach.
   *[many] Dopóki głosowanie trwa, nowe głosy pojawiają się w rejestrze mniej więcej po { $minutes } minutach.
  }
booth-receipt-again = Do końca można głosować ponownie; liczy się tylko ostatni głos.
booth-receipt-gone = Ta strona niczego nie przechowuje. Zapisz lub wydrukuj potwierdzenie przed jej zamknięciem.
