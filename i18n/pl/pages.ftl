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
problem-conflict-title = W obecnym stanie to nie jest możliwe
problem-conflict = To nie pasuje do stanu głosowania. Zajrzyj na stronę głosowania.
problem-internal-title = Coś się tu nie udało
problem-internal = To błąd serwera, nie Twój. Zawiadom związek i podaj numer poniżej.
problem-invalid-title = Nie udało się tego odczytać
problem-invalid = Wysłano coś innego, niż oczekuje ta strona. Wróć, wczytaj stronę ponownie i spróbuj jeszcze raz.
