# Texts of the server's pages and of the booth alike.

practice-word = ĆWICZENIE
practice-banner = To głosowanie służy tylko do ćwiczeń. O niczym nie rozstrzyga i nigdy nie będzie zatwierdzone.
member-no = Numer członkowski
member-no-hint = Jest na legitymacji członkowskiej albo w liście od związku.
password = Hasło
sign-in-title = Logowanie
sign-in-button = Zaloguj się
sign-in-wrong = Numer członkowski i hasło nie pasują do siebie. Sprawdź oba i spróbuj ponownie.
too-many-attempts = Było zbyt wiele nieudanych prób.
faults-title = Czegoś brakuje albo coś się nie zgadza
wait-seconds = { $seconds ->
    [one] Spróbuj ponownie za sekundę.
    [few] Spróbuj ponownie za { $seconds } sekundy.
   *[many] Spróbuj ponownie za { $seconds } sekund.
  }
wait-minutes = { $minutes ->
    [one] Spróbuj ponownie za minutę.
    [few] Spróbuj ponownie za { $minutes } minuty.
   *[many] Spróbuj ponownie za { $minutes } minut.
  }
