# Qué hace falta para aprobar, quién puede votar, en qué descansa la confianza, fechas; el registro y los resultados.

## What it takes to pass. A clause is put together: who (a share of the members or of the votes), then what they do. `mood`
## is "must" in a sentence of its own and "if" in lists; `agree` is the grammatical number of who: one, few or many.

rule-answer-word = «{ $answer }»
rule-answer-text = «{ $answer }»

rule-of-members = { $op ->
    [more] { $part ->
        [half] más de la mitad de las personas afiliadas
       *[of] más de { $n } de cada { $d } personas afiliadas
    }
    [least] { $part ->
        [half] al menos la mitad de las personas afiliadas
        [all] todas las personas afiliadas
       *[of] al menos { $n } de cada { $d } personas afiliadas
    }
   *[bare] { $part ->
        [half] la mitad de las personas afiliadas
        [all] todas las personas afiliadas
       *[of] { $n } de cada { $d } personas afiliadas
    }
}
rule-of-cast = { $op ->
    [more] { $part ->
        [half] más de la mitad de todos los votos emitidos
       *[of] más de { $n } de cada { $d } votos emitidos
    }
    [least] { $part ->
        [half] al menos la mitad de todos los votos emitidos
        [all] todos los votos emitidos
       *[of] al menos { $n } de cada { $d } votos emitidos
    }
   *[bare] { $part ->
        [half] la mitad de todos los votos emitidos
        [all] todos los votos emitidos
       *[of] { $n } de cada { $d } votos emitidos
    }
}
rule-of-valid = { $op ->
    [more] { $part ->
        [half] más de la mitad de los votos que eligen una respuesta
       *[of] más de { $n } de cada { $d } votos que eligen una respuesta
    }
    [least] { $part ->
        [half] al menos la mitad de los votos que eligen una respuesta
        [all] todos los votos que eligen una respuesta
       *[of] al menos { $n } de cada { $d } votos que eligen una respuesta
    }
   *[bare] { $part ->
        [half] la mitad de los votos que eligen una respuesta
        [all] todos los votos que eligen una respuesta
       *[of] { $n } de cada { $d } votos que eligen una respuesta
    }
}
rule-count-members = { $op ->
    [more] más de { $n } { $n ->
        [one] persona afiliada
       *[other] personas afiliadas
    }
    [least] al menos { $n } { $n ->
        [one] persona afiliada
       *[other] personas afiliadas
    }
   *[bare] { $n } { $n ->
        [one] persona afiliada
       *[other] personas afiliadas
    }
}

rule-choose = { $mood ->
    [must] { $agree ->
        [one] { $who } debe votar { $answer }
       *[other] { $who } deben votar { $answer }
    }
   *[if] { $agree ->
        [one] { $who } vota { $answer }
       *[other] { $who } votan { $answer }
    }
}
rule-choose-same = { $mood ->
    [must] { $agree ->
        [one] { $who } debe elegir una misma respuesta
       *[other] { $who } deben elegir una misma respuesta
    }
   *[if] { $agree ->
        [one] { $who } elige una misma respuesta
       *[other] { $who } eligen una misma respuesta
    }
}
rule-choose-any = { $mood ->
    [must] { $agree ->
        [one] { $who } debe elegir una respuesta
       *[other] { $who } deben elegir una respuesta
    }
   *[if] { $agree ->
        [one] { $who } elige una respuesta
       *[other] { $who } eligen una respuesta
    }
}
rule-take-part = { $mood ->
    [must] { $agree ->
        [one] { $who } debe votar
       *[other] { $who } deben votar
    }
   *[if] { $agree ->
        [one] { $who } vota
       *[other] { $who } votan
    }
}
rule-abstain = { $mood ->
    [must] { $agree ->
        [one] { $who } debe abstenerse
       *[other] { $who } deben abstenerse
    }
   *[if] { $agree ->
        [one] { $who } se abstiene
       *[other] { $who } se abstienen
    }
}
rule-be-for = { $mood ->
    [must] { $agree ->
        [one] { $who } debe ser por { $answer }
       *[other] { $who } deben ser por { $answer }
    }
   *[if] { $agree ->
        [one] { $who } es por { $answer }
       *[other] { $who } son por { $answer }
    }
}
rule-be-same = { $mood ->
    [must] { $agree ->
        [one] { $who } debe ser por una misma respuesta
       *[other] { $who } deben ser por una misma respuesta
    }
   *[if] { $agree ->
        [one] { $who } es por una misma respuesta
       *[other] { $who } son por una misma respuesta
    }
}

# For comparisons that have no simpler sentence. `what` and `base` are numbers of something; see below.
rule-amount = { $mood ->
    [must] { $op ->
        [more] { $what } debe ser mayor que { $share } de { $base }
       *[least] { $what } debe ser como mínimo { $share } de { $base }
    }
   *[if] { $op ->
        [more] { $what } es mayor que { $share } de { $base }
       *[least] { $what } es como mínimo { $share } de { $base }
    }
}
rule-amount-number = { $mood ->
    [must] { $op ->
        [more] { $what } debe ser mayor que { $n }
       *[least] { $what } debe ser como mínimo { $n }
    }
   *[if] { $op ->
        [more] { $what } es mayor que { $n }
       *[least] { $what } es como mínimo { $n }
    }
}
rule-share-percent = el { $number } %
rule-share-ratio = { $n }/{ $d }
amount-members = la cantidad de personas afiliadas
amount-cast = la cantidad de votos emitidos
amount-valid = la cantidad de votos que eligen una respuesta
amount-blank = la cantidad de abstenciones
amount-spoiled = la cantidad de votos nulos
amount-top = la cantidad de votos por la respuesta más elegida
amount-answer = la cantidad de votos por { $answer }

rule-passes = Para que se apruebe, { $clause }.
rule-passes-each = Para que se apruebe, en cada unidad { $clause }.
rule-fails-if = No se aprueba si { $clause }.
rule-all = Para que se apruebe, debe cumplirse todo esto:
rule-any = Para que se apruebe, debe cumplirse al menos una de estas condiciones:
rule-not-all = No se aprueba si se cumple todo esto:
rule-not-any = No se aprueba si se cumple alguna de estas condiciones:
rule-each = Para que se apruebe, esto debe cumplirse en cada unidad:
rule-not = Para que se apruebe, esto no debe cumplirse:
rule-item = { $number } { $clause }.
rule-item-not = { $number } Esto no se cumple: { $clause }.
rule-item-each = { $number } En cada unidad: { $clause }.
rule-head-all = { $number } Se cumple todo esto:
rule-head-any = { $number } Se cumple al menos una de estas condiciones:
rule-head-not-all = { $number } No se cumplen todas estas condiciones:
rule-head-not-any = { $number } No se cumple ninguna de estas condiciones:
rule-head-not = { $number } Esto no se cumple:
rule-head-each = { $number } En cada unidad se cumple esto:

rule-not-voting-like = No votar equivale a votar { $answer }.
rule-not-voting-unlike = No votar equivale a un voto que no elige { $answer }.
rule-not-voting-nothing = No votar no cuenta para ninguna de las partes: solo se cuentan los votos.
rule-not-voting-can-stop = No votar puede impedir que se apruebe, porque hacen falta suficientes personas que voten.
rule-not-voting-can-help = No votar puede ayudar a que se apruebe, porque para impedirlo hacen falta suficientes personas que voten.
rule-not-voting-turnout = Cada voto, sea cual sea su respuesta, suma a la cantidad que puede impedirlo.
rule-not-voting-depends = El efecto de no votar depende de cómo voten las demás personas.
rule-abstaining-like = Abstenerse equivale a votar { $answer }.
rule-abstaining-unlike = Abstenerse equivale a un voto que no elige { $answer }.
rule-abstaining-nothing = Abstenerse tiene el mismo efecto que no votar.
rule-abstaining-turnout = Abstenerse suma a la cantidad de personas que votan, pero a ninguna respuesta.
rule-abstaining-total = Abstenerse suma al total de votos emitidos, pero a ninguna respuesta.
rule-abstaining-named = El efecto de abstenerse se desprende de estas condiciones.
rule-no-valid-vote = Mientras ningún voto elija una respuesta, no se cumple ninguna condición sobre esos votos.
rule-no-vote = Mientras no haya votos, no se cumple ninguna condición sobre los votos emitidos.
rule-none = Ninguna regla decide esta pregunta: se cuentan sus votos.

## Who may vote.

list-two = { $first } o { $last }
list-more = { $first }, { $rest }
list-and-others = { $list } y { $n ->
    [one] otro valor
   *[other] otros { $n } valores
}
who-good = Pueden votar todas las personas afiliadas al corriente de sus obligaciones.
who-some = Pueden votar estas personas afiliadas: { $conditions }.
who-good-standing = al corriente de sus obligaciones
who-standing = situación: { $list }
who-classification = categoría: { $list }
who-unit = unidad: { $list }
who-eligible = { $n ->
    [one] En esta votación puede votar una persona.
   *[other] En esta votación pueden votar { $n } personas.
}

## How votes are counted in several boxes, and in small groups.

boxes-units = Los votos se cuentan por separado, por unidades, y se publica el resultado de cada una.
boxes-several = { $n ->
   *[other] Los votos se cuentan por separado, por unidades, en { $n } urnas, y se publica el resultado de cada una.
}
boxes-own = Su voto se cuenta en la urna «{ $box }», en la que { $n ->
    [one] puede votar una persona.
   *[other] pueden votar { $n } personas.
}
boxes-small = Atención: en una unidad pequeña el resultado puede mostrar cómo votó la gente, sobre todo si casi todos votan igual.
boxes-small-list = Pueden votar menos de { $least } personas en { $list }.
boxes-small-own = Atención: es un grupo pequeño. Su resultado puede mostrar cómo votaron sus integrantes, sobre todo si casi todos votan igual.
boxes-small-whole = Atención: es un grupo pequeño. El resultado puede mostrar cómo votó la gente, sobre todo si casi todos votan igual.


## What the trust in a ballot rests on (design section 4).

setting-practice = Es una votación de práctica: sus votos no deciden nada y nunca podrá certificarse.
setting-board = El recuento lo abren { $needed } de { $size } personas escrutadoras junto con una clave del servidor que se destruye con el resultado: los votos permanecen secretos salvo que esa cantidad de personas y el servidor colaboren antes del resultado.
setting-board-unnamed = El recuento lo abre una mesa de personas escrutadoras junto con una clave del servidor que se destruye con el resultado: los votos permanecen secretos salvo que suficientes de ellas y el servidor colaboren antes del resultado.
setting-server = El recuento lo abre solo el servidor: que los votos permanezcan secretos depende de él.
setting-codes-server = El servidor crea los códigos de votación: que solo haya votado quien puede votar depende de él.
setting-codes-registrar = Crea los códigos de votación una persona registradora ajena al servidor: solo ha votado quien puede votar, y una sola vez, salvo que esa persona y el servidor colaboren.
setting-device = Que un voto se selle tal como se eligió depende de su dispositivo y de la página de votación que este recibió.
setting-count = Que el recuento sea correcto no depende de nadie: está demostrado y cualquiera puede comprobar la demostración.
setting-receipts = Que no se pierda ningún voto se ve cuando cada persona consulta su recibo.
setting-live = El registro se muestra a todo el mundo mientras la votación está abierta, así que quien lo observe ve cuándo llegan los votos.
setting-coercion = No hay protección contra la coacción ni contra la venta de votos: el recibo no muestra la elección, pero quien guarde lo que el dispositivo usó para sellar el voto puede demostrarla.

## Times, in the time zone of the ballot.

time = { $weekday }, { $day } de { $month } de { $year }, { $clock } ({ $zone })
time-offset = { $weekday }, { $day } de { $month } de { $year }, { $clock } ({ $zone }, UTC{ $offset })
weekday-1 = lunes
weekday-2 = martes
weekday-3 = miércoles
weekday-4 = jueves
weekday-5 = viernes
weekday-6 = sábado
weekday-7 = domingo
month-1 = enero
month-2 = febrero
month-3 = marzo
month-4 = abril
month-5 = mayo
month-6 = junio
month-7 = julio
month-8 = agosto
month-9 = septiembre
month-10 = octubre
month-11 = noviembre
month-12 = diciembre

## The record's page.

record-boxes = Las urnas de esta votación
record-boxes-text = Los votos de esta votación se cuentan en varias urnas. Cada una tiene su propio registro; entre todas deciden.
record-boxes-caption = Registros por urna
record-boxes-closing = Huella de cierre de todas las urnas
record-boxes-check = Descargue todos los registros con nuestro programa y compruébelos juntos:
record-of-box = Urna «{ $box }»
record-to-boxes = Todas las urnas de esta votación
record-title = Registro de «{ $title }»
record-intro = El registro contiene todos los votos, sellados, sin nombres y sin horas. Cualquiera puede comprobar el recuento con él.
record-not-yet = El registro comienza cuando se fija la votación. Todavía no hay nada que mostrar.
record-no-codes = El registro empieza cuando la persona registradora ha creado los códigos de votación. Todavía no hay nada que mostrar.
record-sign-in = Mientras la votación está abierta, el registro se muestra a quienes han iniciado sesión. Después queda abierto a todo el mundo.
record-sign-in-link = Iniciar sesión para ver el registro
record-steps = Mientras la votación está abierta, los votos nuevos aparecen aquí en pasos de { $minutes ->
    [one] un minuto
   *[other] { $minutes } minutos
}, para que nadie pueda saber cuándo votó alguien.
record-live = Este registro se muestra a todo el mundo, al momento, mientras la votación está abierta.
record-facts = Huellas
record-election = Identificador
record-fingerprint = Huella de las preguntas y los ajustes
record-height = Entradas
record-head = Huella de la entrada más reciente
record-closing = Huella del recuento sellado (las personas escrutadoras comparan sus palabras)
record-receipts-key = Clave de los recibos
record-words = En 12 palabras
record-downloads = Descargas
record-download = Descargar el registro ({ $name })
record-download-shares = Descargar las pruebas del recuento abierto ({ $name })
record-check = Cómo comprobarlo por cuenta propia
record-check-ours = Con nuestro propio programa, sin conexión, después de descargar el registro en una carpeta:
record-check-theirs = Con belenios-tool, que escribieron otras personas:
record-booth = La página de votación
record-booth-text = El programa que sella los votos en el navegador es un solo archivo. Su SHA-256 es:
record-booth-rebuild = Para ver que procede del código publicado, se puede construir y comparar:
record-list = Recibos en el registro
record-list-text = Cada línea es un voto: su lugar en el registro, su número de recibo y si cuenta o si cuenta un voto posterior de la misma persona.
record-list-later = La lista de recibos se muestra aquí cuando el registro está abierto a todo el mundo.
record-list-empty = No hay ningún voto en el registro.
record-list-caption = Página { $page } de { $pages }
record-place = Número
record-tracker = Número de recibo
record-state = Estado
record-counted = contado
record-replaced = sustituido por un voto posterior
record-pages = Páginas de la lista
record-previous = Página anterior
record-next = Página siguiente
record-to-ballot = Volver a la votación
record-to-results = Resultados

## The results page.

results-title = Resultados de «{ $title }»
results-frozen = La votación no ha empezado.
results-frozen-opens = La votación empieza: { $time }.
results-open = La votación está abierta. No hay recuento antes de que termine.
results-open-closes = La votación termina: { $time }. Antes no hay recuento.
results-closed-at = La votación terminó: { $time }. El recuento todavía no se ha abierto.
results-closed-tellers = { $needed ->
    [one] Hace falta una persona escrutadora para abrirlo; por ahora, { $opened }.
   *[other] Hacen falta { $needed } personas escrutadoras para abrirlo; por ahora, { $opened }.
}
results-cancelled = Esta votación se canceló, así que no tiene resultado. El motivo: { $reason }

results-passed-answer = Aprobado: { $got ->
    [one] una persona votó { $answer }
   *[other] { $got } personas votaron { $answer }
}; { $needed ->
    [one] hacía falta una
   *[other] hacían falta { $needed }
}.
results-failed-answer = No aprobado: { $got ->
    [one] una persona votó { $answer }
   *[other] { $got } personas votaron { $answer }
}; { $needed ->
    [one] hacía falta una
   *[other] hacían falta { $needed }
}, { $short } más.
results-passed-votes = Aprobado: { $got ->
    [one] votó una persona
   *[other] votaron { $got } personas
}; { $needed ->
    [one] hacía falta una
   *[other] hacían falta { $needed }
}.
results-failed-votes = No aprobado: { $got ->
    [one] votó una persona
   *[other] votaron { $got } personas
}; { $needed ->
    [one] hacía falta una
   *[other] hacían falta { $needed }
}, { $short } más.
results-passed-amount = Aprobado: { $what } es { $got }; hacía falta { $needed } o más.
results-failed-amount = No aprobado: { $what } es { $got }; hacía falta { $needed } o más.
results-stopped-answer = No aprobado: { $got ->
    [one] una persona votó { $answer }
   *[other] { $got } personas votaron { $answer }
}; con { $needed } bastaba para impedirlo.
results-not-stopped-answer = Aprobado: { $got ->
    [one] una persona votó { $answer }
   *[other] { $got } personas votaron { $answer }
}; con { $needed } se habría impedido.
results-stopped-amount = No aprobado: { $what } es { $got }; con { $needed } bastaba para impedirlo.
results-not-stopped-amount = Aprobado: { $what } es { $got }; con { $needed } se habría impedido.
results-passed = Aprobado: la regla se cumple.
results-failed = No aprobado: la regla no se cumple.
results-counted = Recuento: { $list }.
results-count = { $answer }: { $votes }
results-conditions = Las condiciones, una por una
results-condition-answer = { $holds ->
    [yes] Alcanzado
   *[no] No alcanzado
}: { $got ->
    [one] una persona votó { $answer }
   *[other] { $got } personas votaron { $answer }
}; la línea está en { $needed }.
results-condition-votes = { $holds ->
    [yes] Alcanzado
   *[no] No alcanzado
}: { $got ->
    [one] votó una persona
   *[other] votaron { $got } personas
}; la línea está en { $needed }.
results-condition-amount = { $holds ->
    [yes] Alcanzado
   *[no] No alcanzado
}: { $what } es { $got }; la línea está en { $needed }.
results-condition-against = { $condition } Alcanzarla cuenta en contra de la aprobación.
results-passed-each = Aprobado: la condición se cumple en cada unidad.
results-failed-each = No aprobado: la condición no se cumple en { $failed } de { $n ->
    [one] una urna.
   *[other] { $n } urnas.
}
results-conditions-more = { $n ->
    [one] Una condición más
   *[other] { $n } condiciones más
}
results-boxes = El resultado de cada urna
results-boxes-caption = Votos por urna
results-box = Urna
results-box-eligible = Pueden votar
results-box-cast = Votaron
results-unit = { $unit }: { $condition }
results-rule-text = La regla, tal como se fijó antes del primer voto: { $rule }

chart-turnout = Participación: votaron { $cast } de { $eligible } personas ({ $percent }).
chart-shares = Las respuestas, de { $cast ->
    [one] un voto emitido
   *[other] { $cast } votos emitidos
}
chart-share = { $answer }: { $votes } ({ $percent })
chart-members-title = { $answer }, sobre todas las personas afiliadas
chart-members = { $answer }: { $votes } de { $eligible } personas ({ $percent }); la línea está en { $needed }.

results-table = Todas las cifras
results-answer = Respuesta
results-votes = Votos
results-of-valid = De respuestas
results-of-cast = De votos
results-of-members = De personas afiliadas
results-blank = Abstenciones
results-cast = Votos emitidos
results-eligible = Personas que pueden votar
results-several = Cada voto puede elegir varias respuestas, así que las proporciones pueden sumar más del 100 %.
results-percent = { $number } %

results-certificate = Certificado
results-certificate-none = No hay certificado: { $reason }
results-certificate-practice = Fue una votación de práctica. No decide nada y nunca podrá certificarse.
results-certificate-complete = { $needed ->
    [one] Certificado: con la firma necesaria de una persona responsable.
   *[other] Certificado: con { $signed } firmas de responsables; hacían falta { $needed }.
}
results-certificate-waits = Todavía sin certificar: hay { $signed } de { $needed } firmas.
results-signed-by = Responsable { $member }, clave { $key }
results-signatures = Firmas
results-files = Archivos
results-certificate-check = Para comprobar una firma por cuenta propia, se descargan estos archivos en una carpeta y se ejecuta:

chart-turnout-parts = Desde la izquierda: personas que votaron; personas que no votaron.
chart-turnout-line = Votaron { $cast } de { $eligible } personas ({ $percent }); la línea está en { $needed }.
chart-members-parts = Desde la izquierda: votos por { $answer }; otros votos; personas que no votaron. La línea vertical es lo que había que alcanzar.
chart-turnout-parts-line = Desde la izquierda: personas que votaron; personas que no votaron. La línea vertical es lo que había que alcanzar.

results-closed = La votación ha terminado. El recuento todavía no se ha abierto.
results-more = Más
results-shares = De respuestas: de los votos que eligen una respuesta. De votos: de todos los votos emitidos. De personas afiliadas: de todas las personas que pueden votar.
results-shares-two = De votos: de todos los votos emitidos. De personas afiliadas: de todas las personas que pueden votar.
