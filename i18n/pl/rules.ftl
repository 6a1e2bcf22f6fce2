# Czego trzeba do przyjęcia, kto może głosować, na czym opiera się zaufanie, daty; rejestr i wyniki.

## What it takes to pass. A clause is put together: who (a share of the members or of the votes), then what they do. `mood`
## is "must" in a sentence of its own and "if" in lists; `agree` is the grammatical number of who: one, few or many.

rule-answer-word = „{ $answer }”
rule-answer-text = „{ $answer }”

rule-of-members = { $op ->
    [more] { $part ->
        [half] więcej niż połowa osób uprawnionych
       *[of] więcej niż { $n } z każdych { $d } osób uprawnionych
    }
    [least] { $part ->
        [half] co najmniej połowa osób uprawnionych
        [all] wszystkie osoby uprawnione
       *[of] co najmniej { $n } z każdych { $d } osób uprawnionych
    }
   *[bare] { $part ->
        [half] połowa osób uprawnionych
        [all] wszystkie osoby uprawnione
       *[of] { $n } z każdych { $d } osób uprawnionych
    }
}
rule-of-cast = { $op ->
    [more] { $part ->
        [half] więcej niż połowa wszystkich oddanych głosów
       *[of] więcej niż { $n } z każdych { $d } oddanych głosów
    }
    [least] { $part ->
        [half] co najmniej połowa wszystkich oddanych głosów
        [all] wszystkie oddane głosy
       *[of] co najmniej { $n } z każdych { $d } oddanych głosów
    }
   *[bare] { $part ->
        [half] połowa wszystkich oddanych głosów
        [all] wszystkie oddane głosy
       *[of] { $n } z każdych { $d } oddanych głosów
    }
}
rule-of-valid = { $op ->
    [more] { $part ->
        [half] więcej niż połowa głosów wskazujących odpowiedź
       *[of] więcej niż { $n } z każdych { $d } głosów wskazujących odpowiedź
    }
    [least] { $part ->
        [half] co najmniej połowa głosów wskazujących odpowiedź
        [all] wszystkie głosy wskazujące odpowiedź
       *[of] co najmniej { $n } z każdych { $d } głosów wskazujących odpowiedź
    }
   *[bare] { $part ->
        [half] połowa głosów wskazujących odpowiedź
        [all] wszystkie głosy wskazujące odpowiedź
       *[of] { $n } z każdych { $d } głosów wskazujących odpowiedź
    }
}
rule-count-members = { $op ->
    [more] więcej niż { $n } { $n ->
        [one] osoba uprawniona
        [few] osoby uprawnione
       *[many] osób uprawnionych
    }
    [least] co najmniej { $n } { $n ->
        [one] osoba uprawniona
        [few] osoby uprawnione
       *[many] osób uprawnionych
    }
   *[bare] { $n } { $n ->
        [one] osoba uprawniona
        [few] osoby uprawnione
       *[many] osób uprawnionych
    }
}

rule-choose = { $mood ->
    [must] { $agree ->
        [few] { $who } muszą zagłosować na { $answer }
       *[other] { $who } musi zagłosować na { $answer }
    }
   *[if] { $agree ->
        [few] { $who } głosują na { $answer }
       *[other] { $who } głosuje na { $answer }
    }
}
rule-choose-same = { $mood ->
    [must] { $agree ->
        [few] { $who } muszą wskazać tę samą odpowiedź
       *[other] { $who } musi wskazać tę samą odpowiedź
    }
   *[if] { $agree ->
        [few] { $who } wskazują tę samą odpowiedź
       *[other] { $who } wskazuje tę samą odpowiedź
    }
}
rule-choose-any = { $mood ->
    [must] { $agree ->
        [few] { $who } muszą wskazać jakąś odpowiedź
       *[other] { $who } musi wskazać jakąś odpowiedź
    }
   *[if] { $agree ->
        [few] { $who } wskazują jakąś odpowiedź
       *[other] { $who } wskazuje jakąś odpowiedź
    }
}
rule-take-part = { $mood ->
    [must] { $agree ->
        [few] { $who } muszą zagłosować
       *[other] { $who } musi zagłosować
    }
   *[if] { $agree ->
        [few] { $who } głosują
       *[other] { $who } głosuje
    }
}
rule-abstain = { $mood ->
    [must] { $agree ->
        [few] { $who } muszą wstrzymać się od głosu
       *[other] { $who } musi wstrzymać się od głosu
    }
   *[if] { $agree ->
        [few] { $who } wstrzymują się od głosu
       *[other] { $who } wstrzymuje się od głosu
    }
}
rule-be-for = { $mood ->
    [must] { $agree ->
        [few] { $who } muszą być na { $answer }
       *[other] { $who } musi być na { $answer }
    }
   *[if] { $agree ->
        [few] { $who } są na { $answer }
       *[other] { $who } jest na { $answer }
    }
}
rule-be-same = { $mood ->
    [must] { $agree ->
        [few] { $who } muszą być na tę samą odpowiedź
       *[other] { $who } musi być na tę samą odpowiedź
    }
   *[if] { $agree ->
        [few] { $who } są na tę samą odpowiedź
       *[other] { $who } jest na tę samą odpowiedź
    }
}

# For comparisons that have no simpler sentence. `what` and `base` are numbers of something; see below.
rule-amount = { $mood ->
    [must] { $op ->
        [more] { $what } musi być większa niż { $share } tego, ile wynosi { $base }
       *[least] { $what } musi wynosić co najmniej { $share } tego, ile wynosi { $base }
    }
   *[if] { $op ->
        [more] { $what } jest większa niż { $share } tego, ile wynosi { $base }
       *[least] { $what } wynosi co najmniej { $share } tego, ile wynosi { $base }
    }
}
rule-amount-number = { $mood ->
    [must] { $op ->
        [more] { $what } musi być większa niż { $n }
       *[least] { $what } musi wynosić co najmniej { $n }
    }
   *[if] { $op ->
        [more] { $what } jest większa niż { $n }
       *[least] { $what } wynosi co najmniej { $n }
    }
}
rule-share-percent = { $number }%
rule-share-ratio = { $n }/{ $d }
amount-members = liczba osób uprawnionych
amount-cast = liczba oddanych głosów
amount-valid = liczba głosów wskazujących odpowiedź
amount-blank = liczba głosów wstrzymujących się
amount-spoiled = liczba głosów nieważnych
amount-top = liczba głosów na najczęściej wybieraną odpowiedź
amount-answer = liczba głosów na { $answer }

rule-passes = Aby wniosek przyjęto, { $clause }.
rule-passes-each = Aby wniosek przyjęto, w każdej jednostce { $clause }.
rule-fails-if = Wniosku nie przyjmuje się, jeśli { $clause }.
rule-all = Aby wniosek przyjęto, muszą być spełnione wszystkie te warunki:
rule-any = Aby wniosek przyjęto, musi być spełniony co najmniej jeden z tych warunków:
rule-not-all = Wniosku nie przyjmuje się, jeśli spełnione są wszystkie te warunki:
rule-not-any = Wniosku nie przyjmuje się, jeśli spełniony jest którykolwiek z tych warunków:
rule-each = Aby wniosek przyjęto, w każdej jednostce musi być spełniony ten warunek:
rule-not = Aby wniosek przyjęto, ten warunek nie może być spełniony:
rule-item = { $number } { $clause }.
rule-item-not = { $number } Ten warunek nie jest spełniony: { $clause }.
rule-item-each = { $number } W każdej jednostce: { $clause }.
rule-head-all = { $number } Spełnione są wszystkie te warunki:
rule-head-any = { $number } Spełniony jest co najmniej jeden z tych warunków:
rule-head-not-all = { $number } Nie wszystkie te warunki są spełnione:
rule-head-not-any = { $number } Żaden z tych warunków nie jest spełniony:
rule-head-not = { $number } Ten warunek nie jest spełniony:
rule-head-each = { $number } W każdej jednostce spełniony jest ten warunek:

rule-not-voting-like = Niegłosowanie działa tak samo jak głos na { $answer }.
rule-not-voting-unlike = Niegłosowanie działa tak samo jak głos, który nie wskazuje { $answer }.
rule-not-voting-nothing = Niegłosowanie nie liczy się dla żadnej ze stron: liczą się tylko oddane głosy.
rule-not-voting-can-stop = Niegłosowanie może zapobiec przyjęciu, ponieważ musi zagłosować wystarczająco wiele osób.
rule-not-voting-can-help = Niegłosowanie może pomóc w przyjęciu, ponieważ aby mu zapobiec, musi zagłosować wystarczająco wiele osób.
rule-not-voting-turnout = Każdy głos, bez względu na odpowiedź, wlicza się do liczby, która może zapobiec przyjęciu.
rule-not-voting-depends = Skutek niegłosowania zależy od tego, jak zagłosują inni.
rule-abstaining-like = Wstrzymanie się działa tak samo jak głos na { $answer }.
rule-abstaining-unlike = Wstrzymanie się działa tak samo jak głos, który nie wskazuje { $answer }.
rule-abstaining-nothing = Wstrzymanie się ma taki sam skutek jak niegłosowanie.
rule-abstaining-turnout = Wstrzymanie się wlicza się do liczby głosujących osób, ale do żadnej odpowiedzi.
rule-abstaining-total = Wstrzymanie się wlicza się do wszystkich oddanych głosów, ale do żadnej odpowiedzi.
rule-abstaining-named = Skutek wstrzymania się wynika z tych warunków.
rule-no-valid-vote = Dopóki żaden głos nie wskazuje odpowiedzi, warunek dotyczący takich głosów nie jest spełniony.
rule-no-vote = Dopóki nikt nie zagłosuje, warunek dotyczący oddanych głosów nie jest spełniony.
rule-none = O tym pytaniu nie rozstrzyga żadna reguła: głosy są tylko liczone.

## Who may vote.

list-two = { $first } lub { $last }
list-more = { $first }, { $rest }
list-and-others = { $list } i jeszcze { $n }
who-good = Głosować mogą wszyscy członkowie bez zaległości wobec związku.
who-some = Głosować mogą członkowie, którzy spełniają warunki: { $conditions }.
who-good-standing = brak zaległości wobec związku
who-standing = status: { $list }
who-classification = grupa zawodowa: { $list }
who-unit = jednostka: { $list }
who-eligible = { $n ->
    [one] W tym głosowaniu uprawniona jest jedna osoba.
    [few] W tym głosowaniu uprawnione są { $n } osoby.
   *[many] W tym głosowaniu uprawnionych jest { $n } osób.
}

## How votes are counted in several boxes, and in small groups.

boxes-units = Głosy liczy się osobno, według jednostek, a wynik każdej z nich jest publikowany.
boxes-several = { $n ->
    [few] Głosy liczy się osobno, według jednostek, w { $n } urnach, a wynik każdej z nich jest publikowany.
   *[many] Głosy liczy się osobno, według jednostek, w { $n } urnach, a wynik każdej z nich jest publikowany.
}
boxes-own = Twój głos jest liczony w urnie „{ $box }”, w której { $n ->
    [one] uprawniona jest jedna osoba.
    [few] uprawnione są { $n } osoby.
   *[many] uprawnionych jest { $n } osób.
}
boxes-small = Uwaga: w małej jednostce wynik może pokazać, jak kto głosował, zwłaszcza gdy prawie wszyscy głosują tak samo.
boxes-small-list = Mniej niż { $least } osób uprawnionych jest w: { $list }.
boxes-small-own = Uwaga: to mała grupa. Jej wynik może pokazać, jak głosowały należące do niej osoby, zwłaszcza gdy prawie wszystkie głosują tak samo.
boxes-small-whole = Uwaga: to mała grupa. Wynik może pokazać, jak kto głosował, zwłaszcza gdy prawie wszyscy głosują tak samo.


## What the trust in a ballot rests on (design section 4).

setting-practice = To głosowanie ćwiczebne: jego głosy o niczym nie rozstrzygają i nigdy nie otrzyma ono certyfikatu.
setting-board = Wynik otwiera { $needed } z { $size } członków komisji skrutacyjnej razem z kluczem serwera, który zostaje zniszczony wraz z wynikiem: głosy pozostają tajne, chyba że tylu członków komisji i serwer współdziałałoby przed wynikiem.
setting-board-unnamed = Wynik otwiera komisja skrutacyjna razem z kluczem serwera, który zostaje zniszczony wraz z wynikiem: głosy pozostają tajne, chyba że wystarczająco wielu członków komisji i serwer współdziałałoby przed wynikiem.
setting-server = Wynik otwiera sam serwer: od niego zależy, czy głosy pozostaną tajne.
setting-codes-server = Kody do głosowania tworzy serwer: od niego zależy, czy zagłosowały tylko osoby uprawnione.
setting-codes-registrar = Kody do głosowania tworzy osoba rejestrująca poza serwerem: zagłosowały tylko osoby uprawnione i każda raz, chyba że ta osoba i serwer współdziałają.
setting-device = Od urządzenia i od przysłanej mu strony do głosowania zależy, czy głos zapieczętowano tak, jak go wybrano.
setting-count = Poprawność wyniku nie zależy od nikogo: jest dowiedziona, a dowód może sprawdzić każdy.
setting-receipts = To, że żaden głos nie zginął, widać, gdy głosujący sprawdzają swoje potwierdzenia.
setting-live = Rejestr jest pokazywany wszystkim podczas głosowania, więc kto go obserwuje, widzi, kiedy napływają głosy.
setting-coercion = Nie ma ochrony przed przymusem ani przed sprzedażą głosu: potwierdzenie nie pokazuje wyboru, ale kto zachowa to, czym urządzenie zapieczętowało głos, może go dowieść.

## Times, in the time zone of the ballot.

time = { $weekday }, { $day } { $month } { $year }, { $clock } ({ $zone })
time-offset = { $weekday }, { $day } { $month } { $year }, { $clock } ({ $zone }, UTC{ $offset })
weekday-1 = poniedziałek
weekday-2 = wtorek
weekday-3 = środa
weekday-4 = czwartek
weekday-5 = piątek
weekday-6 = sobota
weekday-7 = niedziela
month-1 = stycznia
month-2 = lutego
month-3 = marca
month-4 = kwietnia
month-5 = maja
month-6 = czerwca
month-7 = lipca
month-8 = sierpnia
month-9 = września
month-10 = października
month-11 = listopada
month-12 = grudnia

## The record's page.

record-boxes = Urny tego głosowania
record-boxes-text = Głosy w tym głosowaniu liczy się w kilku urnach. Każda ma własny zapis; rozstrzygają wszystkie razem.
record-boxes-caption = Zapisy według urn
record-boxes-closing = Odcisk zamknięcia wszystkich urn
record-boxes-check = Pobierz wszystkie zapisy naszym programem i sprawdź je razem:
record-of-box = Urna „{ $box }”
record-to-boxes = Wszystkie urny tego głosowania
record-title = Rejestr głosowania „{ $title }”
record-intro = Rejestr zawiera wszystkie głosy, zapieczętowane, bez nazwisk i bez godzin. Każdy może za jego pomocą sprawdzić wynik.
record-not-yet = Rejestr zaczyna się, gdy głosowanie zostaje ustalone. Nie ma jeszcze nic do pokazania.
record-no-codes = Zapis rozpoczyna się, gdy osoba rejestrująca utworzy kody do głosowania. Na razie nie ma czego pokazać.
record-sign-in = Podczas głosowania rejestr jest pokazywany osobom zalogowanym. Po głosowaniu jest otwarty dla wszystkich.
record-sign-in-link = Zaloguj się, aby zobaczyć rejestr
record-steps = Podczas głosowania nowe głosy pojawiają się tu co { $minutes ->
    [one] minutę
    [few] { $minutes } minuty
   *[many] { $minutes } minut
}, aby nikt nie mógł poznać, kiedy ktoś głosował.
record-live = Ten rejestr jest podczas głosowania pokazywany wszystkim na bieżąco.
record-facts = Odciski
record-election = Identyfikator
record-fingerprint = Odcisk pytań i ustawień
record-height = Wpisy
record-head = Odcisk najnowszego wpisu
record-closing = Odcisk zapieczętowanego wyniku (komisja porównuje jego słowa)
record-receipts-key = Klucz potwierdzeń
record-words = Jako 12 słów
record-downloads = Do pobrania
record-download = Pobierz rejestr ({ $name })
record-download-shares = Pobierz dowody otwarcia wyniku ({ $name })
record-check = Jak sprawdzić to samodzielnie
record-check-ours = Naszym programem, bez połączenia z siecią, po pobraniu rejestru do folderu:
record-check-theirs = Programem belenios-tool, który napisał kto inny:
record-booth = Strona do głosowania
record-booth-text = Program, który pieczętuje głosy w przeglądarce, to jeden plik. Jego SHA-256:
record-booth-rebuild = Aby zobaczyć, że powstał z opublikowanego kodu, można go zbudować i porównać:
record-list = Potwierdzenia w rejestrze
record-list-text = Każdy wiersz to jeden głos: jego miejsce w rejestrze, numer jego potwierdzenia oraz to, czy się liczy, czy też liczy się późniejszy głos tej samej osoby.
record-list-later = Lista potwierdzeń pojawi się tutaj, gdy rejestr będzie otwarty dla wszystkich.
record-list-empty = W rejestrze nie ma żadnego głosu.
record-list-caption = Strona { $page } z { $pages }
record-place = Numer
record-tracker = Numer potwierdzenia
record-state = Stan
record-counted = liczy się
record-replaced = zastąpiony późniejszym głosem
record-pages = Strony listy
record-previous = Poprzednia strona
record-next = Następna strona
record-to-ballot = Powrót do głosowania
record-to-results = Wyniki

## The results page.

results-title = Wyniki głosowania „{ $title }”
results-frozen = Głosowanie jeszcze się nie zaczęło.
results-frozen-opens = Początek głosowania: { $time }.
results-open = Głosowanie trwa. Przed jego końcem nic się nie liczy.
results-open-closes = Koniec głosowania: { $time }. Wcześniej nic się nie liczy.
results-closed-at = Głosowanie zakończyło się: { $time }. Wynik nie został jeszcze otwarty.
results-closed-tellers = { $needed ->
    [one] Do otwarcia potrzebny jest jeden członek komisji skrutacyjnej; dotąd: { $opened }.
   *[other] Do otwarcia potrzeba { $needed } członków komisji skrutacyjnej; dotąd: { $opened }.
}
results-cancelled = To głosowanie odwołano, więc nie ma wyniku. Powód: { $reason }

results-passed-answer = Przyjęto: { $got ->
    [one] jedna osoba zagłosowała na { $answer }
    [few] { $got } osoby zagłosowały na { $answer }
   *[many] { $got } osób zagłosowało na { $answer }
}; { $needed ->
    [one] potrzebna była jedna
    [few] potrzebne były { $needed }
   *[many] potrzeba było { $needed }
}.
results-failed-answer = Nie przyjęto: { $got ->
    [one] jedna osoba zagłosowała na { $answer }
    [few] { $got } osoby zagłosowały na { $answer }
   *[many] { $got } osób zagłosowało na { $answer }
}; { $needed ->
    [one] potrzebna była jedna
    [few] potrzebne były { $needed }
   *[many] potrzeba było { $needed }
}, o { $short } więcej.
results-passed-votes = Przyjęto: { $got ->
    [one] zagłosowała jedna osoba
    [few] zagłosowały { $got } osoby
   *[many] zagłosowało { $got } osób
}; { $needed ->
    [one] potrzebna była jedna
    [few] potrzebne były { $needed }
   *[many] potrzeba było { $needed }
}.
results-failed-votes = Nie przyjęto: { $got ->
    [one] zagłosowała jedna osoba
    [few] zagłosowały { $got } osoby
   *[many] zagłosowało { $got } osób
}; { $needed ->
    [one] potrzebna była jedna
    [few] potrzebne były { $needed }
   *[many] potrzeba było { $needed }
}, o { $short } więcej.
results-passed-amount = Przyjęto: { $what } wynosi { $got }; potrzeba było co najmniej { $needed }.
results-failed-amount = Nie przyjęto: { $what } wynosi { $got }; potrzeba było co najmniej { $needed }.
results-stopped-answer = Nie przyjęto: { $got ->
    [one] jedna osoba zagłosowała na { $answer }
    [few] { $got } osoby zagłosowały na { $answer }
   *[many] { $got } osób zagłosowało na { $answer }
}; wystarczyło { $needed }, aby temu zapobiec.
results-not-stopped-answer = Przyjęto: { $got ->
    [one] jedna osoba zagłosowała na { $answer }
    [few] { $got } osoby zagłosowały na { $answer }
   *[many] { $got } osób zagłosowało na { $answer }
}; { $needed } wystarczyłoby, aby temu zapobiec.
results-stopped-amount = Nie przyjęto: { $what } wynosi { $got }; wystarczyło { $needed }, aby temu zapobiec.
results-not-stopped-amount = Przyjęto: { $what } wynosi { $got }; { $needed } wystarczyłoby, aby temu zapobiec.
results-passed = Przyjęto: reguła jest spełniona.
results-failed = Nie przyjęto: reguła nie jest spełniona.
results-counted = Policzono: { $list }.
results-count = { $answer }: { $votes }
results-conditions = Warunki po kolei
results-condition-answer = { $holds ->
    [yes] Osiągnięto
   *[no] Nie osiągnięto
}: { $got ->
    [one] jedna osoba zagłosowała na { $answer }
    [few] { $got } osoby zagłosowały na { $answer }
   *[many] { $got } osób zagłosowało na { $answer }
}; próg wynosi { $needed }.
results-condition-votes = { $holds ->
    [yes] Osiągnięto
   *[no] Nie osiągnięto
}: { $got ->
    [one] zagłosowała jedna osoba
    [few] zagłosowały { $got } osoby
   *[many] zagłosowało { $got } osób
}; próg wynosi { $needed }.
results-condition-amount = { $holds ->
    [yes] Osiągnięto
   *[no] Nie osiągnięto
}: { $what } wynosi { $got }; próg wynosi { $needed }.
results-condition-against = { $condition } Osiągnięcie tego progu przemawia przeciw przyjęciu.
results-passed-each = Przyjęto: warunek jest spełniony w każdej jednostce.
results-failed-each = Nie przyjęto: liczba urn, w których warunek nie jest spełniony: { $failed } z { $n }.
results-conditions-more = { $n ->
    [one] Jeszcze jeden warunek
    [few] Jeszcze { $n } warunki
   *[many] Jeszcze { $n } warunków
}
results-boxes = Wynik każdej urny
results-boxes-caption = Głosy według urn
results-box = Urna
results-box-eligible = Uprawnionych
results-box-cast = Zagłosowało
results-unit = { $unit }: { $condition }
results-rule-text = Reguła, tak jak ją ustalono przed pierwszym głosem: { $rule }

chart-turnout = Frekwencja: zagłosowało { $cast } z { $eligible } osób uprawnionych ({ $percent }).
chart-shares = Odpowiedzi; liczba oddanych głosów: { $cast }
chart-share = { $answer }: { $votes } ({ $percent })
chart-members-title = { $answer } wśród wszystkich osób uprawnionych
chart-members = { $answer }: { $votes } z { $eligible } osób uprawnionych ({ $percent }); próg wynosi { $needed }.

results-table = Wszystkie liczby
results-answer = Odpowiedź
results-votes = Głosy
results-of-valid = Z odpowiedzią
results-of-cast = Z głosów
results-of-members = Z uprawnionych
results-blank = Wstrzymało się
results-cast = Oddane głosy
results-eligible = Osoby uprawnione
results-several = Każdy głos może wskazać kilka odpowiedzi, więc udziały mogą dać razem więcej niż 100%.
results-percent = { $number }%

results-certificate = Certyfikat
results-certificate-none = Nie ma certyfikatu: { $reason }
results-certificate-practice = To było głosowanie ćwiczebne. O niczym nie rozstrzyga i nigdy nie otrzyma certyfikatu.
results-certificate-complete = { $needed ->
    [one] Certyfikat ważny: jest jeden potrzebny podpis osoby urzędowej.
   *[other] Certyfikat ważny: liczba podpisów osób urzędowych: { $signed }; potrzebnych było { $needed }.
}
results-certificate-waits = Certyfikat jeszcze nie jest ważny: podpisów jest { $signed } z { $needed }.
results-signed-by = Osoba urzędowa { $member }, klucz { $key }
results-signatures = Podpisy
results-files = Pliki
results-certificate-check = Aby samodzielnie sprawdzić podpis, należy pobrać te pliki do folderu i uruchomić:

chart-turnout-parts = Od lewej: osoby, które zagłosowały; osoby, które nie zagłosowały.
chart-turnout-line = Zagłosowało { $cast } z { $eligible } osób uprawnionych ({ $percent }); próg wynosi { $needed }.
chart-members-parts = Od lewej: głosy na { $answer }; pozostałe głosy; osoby, które nie zagłosowały. Pionowa linia to próg, który należało osiągnąć.
chart-turnout-parts-line = Od lewej: osoby, które zagłosowały; osoby, które nie zagłosowały. Pionowa linia to próg, który należało osiągnąć.

results-closed = Głosowanie się zakończyło. Wynik nie został jeszcze otwarty.
results-more = Więcej
results-shares = Z odpowiedzią: wśród głosów wskazujących odpowiedź. Z głosów: wśród wszystkich oddanych głosów. Z uprawnionych: wśród wszystkich osób uprawnionych.
results-shares-two = Z głosów: wśród wszystkich oddanych głosów. Z uprawnionych: wśród wszystkich osób uprawnionych.
