# Letters to members: subjects and texts.

# Around every letter
letter-greeting = Hola, { $name }:
letter-questions = ¿Preguntas? Consulte con: { $contact }
letter-questions-union = ¿Preguntas? Consulte con el sindicato.
letter-at-once = Avísenos cuanto antes: { $contact }
letter-at-once-union = Avise cuanto antes al sindicato.
letter-why = Recibe esta carta por su afiliación a { $union }, que vota en { $site }.
letter-never-asked = Nadie del sindicato le pedirá nunca su contraseña ni su código de votación, ni por correo, ni por teléfono, ni en persona.
letter-link-shown = Si el botón no funciona, copie esta dirección en su navegador:
letter-opens = La votación empieza
letter-closes = La votación termina
letter-no-time = se anunciará
letter-ballot-button = Ver la votación

# A code for an account
letter-activation-subject = Su código de activación para votar en { $union }
letter-activation-intro = { $union } vota por internet. Para participar, primero elija una contraseña, con su número de afiliación y este código de activación.
letter-activation-code = Código de activación
letter-activation-button = Elegir la contraseña
letter-activation-lasts = { $days ->
    [one] El código sirve una sola vez, hasta mañana.
   *[other] El código sirve una sola vez, durante { $days } días.
  } No es un código de votación: ese llega con cada votación.
letter-activation-not-you = ¿Ya tiene una contraseña y no pidió otra? Entonces es posible que alguien intente usar su cuenta.

# A vote is coming
letter-notice-subject = Próxima votación: { $title }
letter-notice-intro = { $union } va a votar sobre «{ $title }».
letter-notice-roll = Según la lista de afiliación, usted puede participar. En la página de la votación puede leer las preguntas, qué hace falta para aprobar y quién puede votar. Si algún dato suyo no es correcto, avísenos antes de que empiece la votación.
letter-notice-code = Cuando empiece la votación recibirá un código. Hasta entonces no tiene que hacer nada.

# The vote is open
letter-open-subject = Ya se puede votar: { $title }
letter-open-intro = Ha empezado la votación sobre «{ $title }» en { $union }.
letter-open-link = Este botón abre su votación, con su propio código de votación incluido. No reenvíe esta carta.
letter-open-button = Votar ahora
letter-open-separately = Su código de votación le llega por separado, en papel o en otra carta. Con ese código y su contraseña puede votar aquí.
letter-open-again = Puede volver a votar hasta que termine la votación. Solo cuenta su último voto.

# A new voting code
letter-new-code-subject = Su nuevo código de votación: { $title }
letter-new-code-intro = Tiene un nuevo código para la votación sobre «{ $title }». El anterior ya no funciona, y no se emitió ningún voto con él.
letter-new-code-not-you = ¿No pidió un código nuevo?

# Somebody asked for another voting code
letter-code-asked-subject = ¿Otro código de votación? { $title }
letter-code-asked-intro = Alguien, probablemente usted, nos dijo que no tiene código para la votación sobre «{ $title }». Si fue usted, abra esta página y escriba lo que figura abajo. Entonces su código anterior deja de funcionar y se envía uno nuevo a esta dirección.
letter-code-asked-permit = Para escribir en esa página
letter-code-asked-button = Obtener un código nuevo
letter-code-asked-lasts = { $hours ->
    [one] Sirve una sola vez, durante una hora.
   *[other] Sirve una sola vez, durante { $hours } horas.
  }
letter-code-asked-not-you = ¿No fue usted? Entonces no tiene que hacer nada: su código de votación sigue siendo el mismo.

# Not voted yet
letter-reminder-subject = Todavía puede votar: { $title }
letter-reminder-intro = La votación sobre «{ $title }» está abierta. Cuando se escribió esta carta no constaba ningún voto suyo. Si ha votado entretanto, gracias: no queda nada por hacer.
letter-reminder-code = Su código de votación está en la carta o en el papel que recibió.
letter-reminder-no-code = ¿No tiene código? Aquí encontrará ayuda:
letter-closing-soon-subject = La votación termina pronto: { $title }
letter-closing-soon-intro = La votación sobre «{ $title }» termina pronto. Cuando se escribió esta carta no constaba ningún voto suyo. Si ha votado entretanto, gracias: no queda nada por hacer.

# Whether somebody else votes for a member
letter-recorded-subject = Se registró un voto suyo: { $title }
letter-recorded-intro = Se registró un voto suyo en la votación sobre «{ $title }». Si votó usted, todo está en orden y no tiene que hacer nada.
letter-replaced-subject = Su voto fue reemplazado: { $title }
letter-replaced-intro = Su voto sobre «{ $title }» fue reemplazado por uno nuevo, y solo cuenta el nuevo. Si volvió a votar usted, todo está en orden y no tiene que hacer nada.
letter-voted-not-you = ¿No fue usted? Entonces otra persona ha usado su código de votación y su contraseña.
letter-voted-again = Mientras la votación esté abierta, puede volver a votar usted. Solo cuenta el último voto.

# Result
letter-result-subject = El resultado: { $title }
letter-result-intro = Se contaron los votos sobre «{ $title }».
letter-result-recorded = Se registró un voto suyo.
letter-result-not-recorded = No se registró ningún voto suyo.
letter-result-wrong = ¿No es correcto?
letter-result-button = Ver el resultado

# Address
letter-address-changed-subject = Se cambió su dirección de correo en { $union }
letter-address-changed-intro = Alguien cambió la dirección de correo que { $union } tiene de usted. Dentro de una hora, más o menos, las cartas empezarán a ir a la nueva dirección y ya no a esta. Los códigos de una votación ya en marcha nunca van a la nueva dirección.
letter-address-changed-not-you = ¿No lo pidió usted?

# Test
letter-test-subject = Carta de prueba de { $union }
letter-test-intro = Esta carta comprueba si llega el correo de { $union }. Escriba este número donde la pidió.
letter-test-number = Número
letter-test-not-you = Si no pidió ninguna prueba, no tiene que hacer nada.
