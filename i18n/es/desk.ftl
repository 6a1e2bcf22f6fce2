# Texts of the desk's pages, and of the page for members who have no code.

# Members who have no code
no-code-link = No tengo código de votación
no-code-title = No tengo código de votación
no-code-intro = Pida otro aquí. Si todo coincide, enviamos una carta a la dirección de correo electrónico que el sindicato tenía cuando se fijó la votación. Su código anterior sigue sirviendo hasta que usted use el permiso de esa carta.
no-code-none = En este momento no hay ninguna votación para la que se repartan códigos.
no-code-ballot = Votación
no-code-fact = Lo que solo usted sabe
no-code-fact-hint = Si el sindicato acordó algo con usted, como una fecha o una palabra. Si no, déjelo vacío.
no-code-button = Pedir otro código
no-code-ballot-missing = Elija la votación.
no-code-asked = Lo hemos anotado. Si todo coincide, una carta va en camino a la dirección de correo electrónico registrada; puede tardar unos minutos. Hay como máximo una al día.
no-code-no-letter = ¿No llega la carta en una hora, o ya tiene otra dirección? Entonces tienen que ayudar personas:
no-code-have-permit = Tengo la carta con el permiso
no-code-ask = Los códigos de esta votación no se reemplazan en esta página. Pregunte a:
no-code-not-now = Los códigos de esta votación ya no se pueden reemplazar, o todavía no. Mire la página de la votación.
no-code-often = Esto se pidió demasiadas veces.

# With the permit
again-title = Obtener otro código de votación
again-intro = Escriba el permiso de la carta. Su código anterior deja de servir de inmediato, y una carta con el nuevo va a la misma dirección de correo electrónico.
again-permit = Permiso
again-permit-hint = 16 letras y cifras, en la carta que usted pidió. No importan las mayúsculas, los espacios ni los guiones.
again-permit-missing = Escriba el permiso de la carta.
again-permit-mistyped = Hay un error de escritura en el permiso. Compárelo letra por letra con la carta.
again-wrong = El número de afiliación y el permiso no coinciden, o el permiso ya se usó o tiene más de un día. Revise ambos datos o pida uno nuevo.
again-voted = Ya hay un voto suyo registrado, así que su código ya no se puede reemplazar. Su voto cuenta. Si no lo emitió usted, llame a:
again-button = Reemplazar mi código
again-done = Su código anterior ya no sirve. Una carta con el nuevo va en camino a la dirección de correo electrónico registrada.

# The desk, for officers
desk-link = Mostrador: ayudar con códigos y direcciones
desk-title = Mostrador
desk-intro = Busque a una persona afiliada, vea dónde están sus cartas, reemplace un código perdido o corrija una dirección de correo. Aquí nadie ve nunca un código.
desk-search = Número o nombre
desk-search-hint = Partes del nombre en cualquier orden; no importan los acentos ni las mayúsculas.
desk-search-button = Buscar
desk-search-missing = Escriba un número o una parte del nombre.
desk-search-too-long = Eso es demasiado largo para ser un nombre.
desk-nobody = No se encontró a nadie. Pruebe con una parte del nombre o con el número.
desk-found = { $total ->
    [one] Se encontró a una persona.
   *[other] Se encontró a { $total } personas.
  }
desk-more = Solo se muestran las primeras { $shown }. Escriba más del nombre.
desk-gone = Ya no está en el padrón
desk-unit = Unidad
desk-standing = Situación
desk-email = Correo electrónico para cartas
desk-phone = Teléfono
desk-language = Idioma
desk-none = Ninguno
desk-password = Contraseña
desk-password-set = Elegida
desk-password-none = Aún no: necesita un código de activación
desk-fact = Lo que solo esta persona sabe
desk-fact-there = Registrado: se pide en la página para quienes no tienen código
desk-ballots = Votaciones
desk-no-ballots = Ninguna votación está fijada o abierta.
desk-may-vote = Puede votar en ella
desk-may-vote-in = Puede votar en ella, en { $box }
desk-may-not = No está en su padrón fijado: no puede votar en ella.
desk-codes-to = Los códigos por correo van a
desk-codes-none = Sin dirección de correo cuando se fijó: los códigos van en mano
desk-letters = Cartas
desk-no-letters = No se sabe de ninguna carta.
desk-channel-email = Correo electrónico
desk-channel-post = Correo postal
desk-channel-hand = En mano
desk-state-queued = espera para enviarse, desde el { $day }
desk-state-printed = impresa el { $day }
desk-state-sent = enviada el { $day }
desk-state-delivered = llegó el { $day }
desk-state-handed-over = entregada el { $day }
desk-state-bounced = devuelta el { $day }
desk-with-code = Con el código
desk-new-code = Un código nuevo iría
desk-way-email = en una carta a la dirección de correo que estaba en el padrón cuando se fijó la votación
desk-way-hand = en mano: quien pidió fijar la votación lo retira y lo entrega contra firma
desk-way-registrar = por medio de quien registra, que lo reparte
desk-no-spares = No quedan códigos de reserva: no se puede reemplazar ninguno.
desk-reissue-link = Reemplazar el código
desk-reissue-title = Reemplazar el código de votación de { $name }
desk-reissue-who = Persona
desk-reissue-ballot = Votación
desk-reissue-what = Qué ocurre
desk-reissue-void = El código anterior deja de servir de inmediato. Esto no se puede deshacer.
desk-reissue-spares = { $spares ->
    [one] Queda un código de reserva.
   *[other] Quedan { $spares } códigos de reserva.
  }
desk-reissue-two = Antes tiene que aceptarlo otra persona de la directiva.
desk-reissue-sure = Hable primero con la persona: ella llama, o usted llama a un número que ya tenía.
desk-reissue-button = Anular el código anterior y crear otro
desk-reissue-back = Volver a la persona
desk-reissue-voted = Hay un voto con este código, así que ya no se puede reemplazar. El voto cuenta, salvo que la persona lo cambie con el mismo código. Que usted lo pidió consta en el registro.
desk-reissue-not-now = Los códigos solo se reemplazan mientras una votación está fijada o abierta, para quienes están en su padrón fijado, y mientras queden códigos de reserva.
desk-reissued = El código anterior ya no sirve. El nuevo va { $way }.
desk-proposed = Para esto hacen falta dos personas. No se hace nada hasta que otra persona de la directiva apruebe la propuesta { $number }.
desk-change-title = Corregir la dirección de correo
desk-change-intro = Las cartas van a la dirección nueva después de una hora, y a la anterior se le avisa de inmediato. Los códigos de votaciones ya fijadas nunca van allí. Mientras una votación de esta persona esté fijada o abierta, tiene que aceptarlo otra persona de la directiva.
desk-change-field = Nueva dirección de correo electrónico
desk-change-wrong = Esto no es una dirección de correo. Necesita un nombre, una @ y un dominio, como anna@example.org.
desk-change-same = Esta ya es la dirección de la persona.
desk-change-button = Cambiar la dirección
desk-change-waits = Desde el { $time } las cartas van a { $email }.
desk-change-cancel = Deshacer el cambio
desk-changed = El cambio está anotado. Se usará dentro de una hora.
desk-cancelled = El cambio se deshizo: las cartas van adonde iban antes.
