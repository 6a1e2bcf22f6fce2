# Letters to members: subjects and texts.

# Around every letter
letter-greeting = Dzień dobry, { $name }!
letter-questions = Pytania? Zapytaj: { $contact }
letter-questions-union = Pytania? Zapytaj w związku.
letter-at-once = Zawiadom nas od razu: { $contact }
letter-at-once-union = Zawiadom od razu swój związek.
letter-why = Ten list przychodzi do osób należących do { $union }; głosowania są pod adresem { $site }.
letter-never-asked = Nikt ze związku nigdy nie zapyta o Twoje hasło ani o kod do głosowania: ani e-mailem, ani przez telefon, ani osobiście.
letter-link-shown = Jeśli przycisk nie działa, skopiuj ten adres do przeglądarki:
letter-opens = Początek głosowania
letter-closes = Koniec głosowania
letter-no-time = zostanie ogłoszony
letter-ballot-button = Zobacz głosowanie

# A code for an account
letter-activation-subject = Twój kod aktywacyjny do głosowań: { $union }
letter-activation-intro = { $union } głosuje przez internet. Aby wziąć udział, trzeba najpierw ustawić hasło: z numerem członkowskim i tym kodem aktywacyjnym.
letter-activation-code = Kod aktywacyjny
letter-activation-button = Ustaw hasło
letter-activation-lasts = { $days ->
    [one] Kod działa jeden raz, do jutra.
    [few] Kod działa jeden raz, przez { $days } dni.
   *[many] Kod działa jeden raz, przez { $days } dni.
  } To nie jest kod do głosowania: ten przychodzi przy każdym głosowaniu.
letter-activation-not-you = Masz już hasło i nie chcesz nowego? W takim razie ktoś może próbować użyć Twojego konta.

# A vote is coming
letter-notice-subject = Nadchodzi głosowanie: { $title }
letter-notice-intro = { $union }: będziemy głosować w sprawie „{ $title }”.
letter-notice-roll = Według listy członków możesz wziąć udział. Na stronie głosowania są pytania, warunki przyjęcia i to, kto może głosować. Jeśli coś, co dotyczy Ciebie, się nie zgadza, daj nam znać przed początkiem głosowania.
letter-notice-code = Gdy głosowanie się zacznie, dostaniesz kod do głosowania. Do tego czasu nic nie trzeba robić.

# The vote is open
letter-open-subject = Głosowanie trwa: { $title }
letter-open-intro = { $union }: zaczęło się głosowanie w sprawie „{ $title }”.
letter-open-link = Ten przycisk otwiera Twoje głosowanie, z Twoim własnym kodem w środku. Nie przekazuj tego listu nikomu.
letter-open-button = Głosuj teraz
letter-open-separately = Kod do głosowania przychodzi osobno, na papierze albo w innym liście. Z nim i ze swoim hasłem możesz głosować tutaj.
letter-open-again = Do końca głosowania można zagłosować ponownie. Liczy się tylko ostatni głos.

# A new voting code
letter-new-code-subject = Twój nowy kod do głosowania: { $title }
letter-new-code-intro = To jest Twój nowy kod do głosowania w sprawie „{ $title }”. Poprzedni już nie działa i nie oddano z nim żadnego głosu.
letter-new-code-not-you = Nowy kod nie był potrzebny?

# Somebody asked for another voting code
letter-code-asked-subject = Inny kod do głosowania? { $title }
letter-code-asked-intro = Ktoś, najpewniej Ty, powiadomił nas, że nie masz kodu do głosowania w sprawie „{ $title }”. Jeśli to Ty, otwórz tę stronę i wpisz to, co stoi poniżej. Wtedy poprzedni kod przestanie działać, a nowy przyjdzie na ten adres.
letter-code-asked-permit = Do wpisania na tej stronie
letter-code-asked-button = Nowy kod do głosowania
letter-code-asked-lasts = { $hours ->
    [one] Działa jeden raz, przez godzinę.
    [few] Działa jeden raz, przez { $hours } godziny.
   *[many] Działa jeden raz, przez { $hours } godzin.
  }
letter-code-asked-not-you = To nie Ty? W takim razie nic nie trzeba robić: kod do głosowania pozostaje bez zmian.

# Not voted yet
letter-reminder-subject = Nadal możesz głosować: { $title }
letter-reminder-intro = Trwa głosowanie w sprawie „{ $title }”. Gdy powstawał ten list, nie było jeszcze Twojego głosu. Jeśli głos jest już oddany, dziękujemy: nic więcej nie trzeba robić.
letter-reminder-code = Kod do głosowania jest w liście albo na kartce, którą wręczono lub przysłano.
letter-reminder-no-code = Nie masz kodu? Tu jest pomoc:
letter-closing-soon-subject = Głosowanie wkrótce się skończy: { $title }
letter-closing-soon-intro = Głosowanie w sprawie „{ $title }” wkrótce się skończy. Gdy powstawał ten list, nie było jeszcze Twojego głosu. Jeśli głos jest już oddany, dziękujemy: nic więcej nie trzeba robić.

# Whether somebody else votes for a member
letter-recorded-subject = Twój głos został zapisany: { $title }
letter-recorded-intro = W głosowaniu w sprawie „{ $title }” zapisano Twój głos. Jeśli to Twój głos, wszystko jest w porządku i nic nie trzeba robić.
letter-replaced-subject = Twój głos został zastąpiony: { $title }
letter-replaced-intro = Twój głos w sprawie „{ $title }” został zastąpiony nowym i liczy się tylko nowy. Jeśli to Ty głosujesz ponownie, wszystko jest w porządku i nic nie trzeba robić.
letter-voted-not-you = To nie Ty? W takim razie ktoś inny zna Twój kod do głosowania i Twoje hasło.
letter-voted-again = Dopóki głosowanie trwa, możesz zagłosować ponownie. Liczy się tylko ostatni głos.

# Result
letter-result-subject = Wynik: { $title }
letter-result-intro = Policzono głosy w sprawie „{ $title }”.
letter-result-recorded = Twój głos został zapisany.
letter-result-not-recorded = Nie zapisano żadnego Twojego głosu.
letter-result-wrong = To się nie zgadza?
letter-result-button = Zobacz wynik

# Address
letter-address-changed-subject = Twój adres e-mail został zmieniony: { $union }
letter-address-changed-intro = Ktoś zmienił Twój adres e-mail, który zna { $union }. Za mniej więcej godzinę listy zaczną przychodzić na nowy adres, a na ten już nie. Kody do głosowań, które już trwają, nigdy nie idą na nowy adres.
letter-address-changed-not-you = To nie na Twoją prośbę?

# Test
letter-test-subject = List próbny: { $union }
letter-test-intro = Ten list sprawdza, czy poczta od { $union } dochodzi. Wpisz ten numer tam, gdzie był zamówiony list próbny.
letter-test-number = Numer
letter-test-not-you = Jeśli to nie Twoje zamówienie, nic nie trzeba robić.
