# Texts of the booth alone.

# On every step
booth-steps = Paso { $step } de 4
booth-steps-question = Paso 2 de 4: pregunta { $number } de { $count }
booth-back = Atrás
booth-continue = Continuar
booth-try-again = Intentar de nuevo
booth-help = ¿Preguntas? Consulte con: { $contact }
booth-help-union = ¿Preguntas? Consulte con el sindicato.
booth-ballot-page = A la página de la votación
booth-my-ballots = Mis votaciones
booth-check-receipt = Comprobar un recibo
booth-sign-out = Cerrar sesión
booth-number = Número de recibo

# Loading
booth-loading = Un momento, por favor
booth-unreachable-title = No se pudo cargar la votación
booth-unreachable-cut = Ahora no hay conexión con el servidor. No se perdió nada.
booth-unreachable-busy = El servidor tiene más trabajo del que puede atender. No se perdió nada; inténtelo en un minuto.

# Sign in
booth-sign-in-first = Primero hay que iniciar sesión; después se ve la votación.
booth-sign-in-ended = Aviso: la sesión terminó porque pasó un rato sin actividad. Inicie sesión otra vez para seguir donde estaba.
booth-sign-in-waiting = Aviso: un voto emitido aquí aún no tiene recibo. Inicie sesión y se enviará otra vez el mismo voto. Solo puede contar una vez.
booth-sign-in-code = El código de votación llegó con el enlace. Se queda en esta página mientras inicia sesión.
booth-member-missing = Escriba su número de afiliación.
booth-password-missing = Escriba su contraseña.
booth-sign-in-busy = Muchas personas inician sesión a la vez. No hay ningún error en lo que escribió.
booth-sign-in-cut = Ahora no hay conexión. Inténtelo de nuevo.
booth-sign-in-other = Ahora no es posible iniciar sesión. Inténtelo más tarde.
booth-no-password = ¿Aún no tiene contraseña o la perdió?
booth-activate = Elegir una contraseña con un código de activación
booth-activate-code = Si primero elige una contraseña, abra después otra vez el enlace del sindicato.

# Why there is nothing to vote on
booth-not-found-title = Esta votación no está aquí
booth-not-found = Quizá la dirección se copió incompleta. Abra otra vez el enlace que recibió.
booth-not-open-title = La votación no ha comenzado
booth-not-open = La página de la votación dice cuándo comienza.
booth-not-eligible-title = No puede votar en esta votación
booth-not-eligible = Su nombre no está en la lista de esta votación, que se fijó antes de comenzar. No se envió nada.
booth-cancelled-title = Esta votación fue cancelada
booth-cancelled = No se reciben votos y ninguno se contará. La página de la votación explica por qué.
booth-unsupported-title = Esta página no puede mostrar la votación
booth-unsupported = Pregunta de un modo que esta página no conoce. No se envió nada.
booth-mismatch-title = Algo no concuerda
booth-mismatch = Lo que envió el servidor pertenece a dos votaciones distintas, así que esta página no sigue. No se envió nada.
booth-fault-title = Algo falló
booth-fault = No es culpa suya. No se envió nada.

# Step 1: the ballot
booth-rule = Qué hace falta para aprobar
booth-who = Quién puede votar
booth-closes = La votación termina
booth-closes-yours = En su zona horaria: { $time }
booth-closes-open = No se ha fijado la hora. La página de la votación dirá cuándo termina.
booth-setting = En qué puede confiar en esta votación
booth-voted = Aviso: ya votó en esta votación. Puede votar otra vez hasta que termine; solo cuenta su último voto.
booth-voted-check = Para ver si su voto está en el registro, compruebe su recibo.
booth-code-came = Su código de votación llegó con el enlace. No hace falta escribirlo.
booth-code-broken = Aviso: el código de votación del enlace está incompleto o tiene un error. En la página siguiente puede escribirlo.
booth-begin = Empezar
booth-begin-again = Votar otra vez

# Step 1: the voting code
booth-code = Su código de votación
booth-code-intro = El sindicato le envió un código para esta misma votación. No lo comparta. No sale de este dispositivo.
booth-code-hint = 28 letras y cifras. No importan las mayúsculas, los espacios ni los guiones.
booth-code-kept = Ya se introdujo un código. Deje el campo vacío para seguir con él.
booth-code-empty = Escriba su código de votación.
booth-code-length = { $count ->
    [one] El código tiene 28 letras y cifras; escribió una. Compárelo con su carta.
   *[other] El código tiene 28 letras y cifras; escribió { $count }. Compárelo con su carta.
  }
booth-code-letter = En el grupo { $group } hay una letra que no aparece en ningún código. Compare este grupo con su carta.
booth-code-check = Hay un error de escritura en el código. Compárelo con su carta, grupo por grupo.
booth-code-not-yours = Aviso: este no es el código hecho para usted y esta votación. Compárelo con su carta y compruebe que inició su propia sesión.
booth-code-void = Aviso: este código fue reemplazado por otro más nuevo. Use el último que recibió.
booth-code-choices = Lo que eligió sigue aquí.

# Step 2: choose
booth-choose-one = Elija una respuesta
booth-choose-exactly = Elija { $count } respuestas
booth-choose-up-to = { $max ->
    [one] Elija una respuesta o ninguna
   *[other] Elija hasta { $max } respuestas
  }
booth-choose-between = Elija de { $min } a { $max } respuestas
booth-blank = Me abstengo
booth-blank-hint = Participa sin elegir ninguna de las respuestas.
booth-chosen = { $count } de { $max } como máximo
booth-full = { $max ->
    [one] Puede elegir una respuesta. Para elegir otra, quite antes la elegida.
   *[other] Puede elegir { $max } respuestas. Para elegir otra, quite antes una.
  }
booth-few = { $min ->
    [one] Elija una respuesta.
   *[other] Elija al menos { $min } respuestas.
  }
booth-few-blank = { $min ->
    [one] Elija una respuesta o absténgase.
   *[other] Elija al menos { $min } respuestas o absténgase.
  }

# Step 3: check
booth-sealing = Se está sellando su voto
booth-sealing-text = Tarda un momento. Aún no se envió nada.
booth-review = Revise su voto
booth-review-number = Con este número podrá encontrar después su voto en el registro. No muestra lo que eligió.
booth-review-choices = Lo que eligió
booth-review-none = Ninguna de las respuestas
booth-review-change = Cambiar
booth-review-change-question = Cambiar: { $question }
booth-review-sealed = Su voto se selló en este dispositivo. Lo que eligió solo sale de él sellado.
booth-review-elsewhere = Aviso: ya votó en otra ventana. Si emite también este voto, solo cuenta este.
booth-cast = Emitir mi voto
booth-test-link = Probar este voto

# Testing
booth-test = Probar este voto
booth-test-text = Cualquiera puede comprobar que esta página sella lo que se eligió. Para ello se abre este voto sellado: recibe un archivo con lo elegido y con la manera en que se selló. Otro ordenador puede sellarlo de nuevo y comparar.
booth-test-after = Un voto abierto ya no puede emitirse nunca. Después, lo que eligió se sella de nuevo.
booth-test-secret = No entregue el archivo si contiene lo que de verdad quiere votar. Para una prueba, mejor elija otra cosa.
booth-test-button = Abrir este voto
booth-test-cut = Ahora no hay conexión. No se abrió nada. Inténtelo de nuevo.
booth-test-limit = Este voto no se puede abrir: ya está en el registro, o abrió tantos como se permite.
booth-test-other = Ahora no es posible. No se abrió nada.
booth-tested = Este voto se abrió
booth-tested-text = No se emitió y nunca podrá emitirse. El archivo contiene el voto con este número de recibo; se guardó en su dispositivo.
booth-tested-how = Compruébelo en otro ordenador, también sin red:
booth-tested-save = Guardar otra vez el archivo
booth-tested-again = Sellar de nuevo lo que elegí

# Casting
booth-casting = Se está emitiendo su voto
booth-casting-resumed = Aviso: un voto emitido aquí aún no tiene recibo. Se está enviando otra vez el mismo voto. Solo puede contar una vez.
booth-cut = Aún no hay respuesta
booth-cut-text = Se perdió la conexión y no se sabe si su voto llegó. El mismo voto se envía hasta que llegue el recibo. Solo puede contar una vez.
booth-cut-next = { $seconds ->
    [one] Próximo intento en un segundo.
   *[other] Próximo intento en { $seconds } segundos.
  }
booth-try-now = Intentar ahora
booth-wait-kept = Puede dejar abierta esta página. Si vuelve a ella en esta ventana, continúa por sí sola.
booth-busy = El servidor tiene mucho trabajo
booth-busy-text = Aún no recibió su voto. El voto espera aquí y se envía de nuevo por sí solo.
booth-soon = Espere un poco, por favor
booth-soon-text = Votó hace un momento. Su voto anterior cuenta mientras no emita este.
booth-soon-now = Ya puede emitir su voto.
booth-keep-earlier = Conservar mi voto anterior
booth-storage = El servidor no puede recibir votos ahora
booth-storage-text = No recibió su voto. Avise a quienes dirigen la votación e inténtelo más tarde.
booth-clock = El reloj del servidor está mal
booth-clock-text = No recibe votos hasta que su reloj esté bien, y no recibió el suyo. Avise a quienes dirigen la votación e inténtelo más tarde.
booth-internal = Algo falló en el servidor
booth-internal-text = No se sabe si su voto se contó. Inténtelo de nuevo: se envía el mismo voto y solo puede contar una vez.
booth-elsewhere = Ya cuenta otro voto suyo
booth-elsewhere-text = Ya votó en otro lugar, en otra ventana o en otro dispositivo. El voto de esta página no tiene recibo. Si lo envía ahora, reemplaza al otro.
booth-send-this = Enviar este voto
booth-keep-other = Conservar el otro voto

# After the end
booth-closed = La votación terminó
booth-closed-at = Terminó: { $time }
booth-closed-none = Desde esta página no se envió ningún voto.
booth-closed-voted = Cuenta el último voto que emitió antes.
booth-closed-late = Aviso: su voto llegó después del final y no se contó. Si emitió otro antes, cuenta ese.
booth-closed-asking = Buscando su voto en el registro…
booth-closed-counted = Listo: su voto está en el registro y cuenta.
booth-closed-replaced = Aviso: su voto está en el registro, y en su lugar cuenta otro suyo posterior.
booth-closed-missing = Aviso: su voto no llegó antes del final y no se contó. Si emitió otro antes, cuenta ese.
booth-closed-unknown = Aviso: aún no se puede saber si su voto se contó. Guarde el número de recibo y vuelva a mirar más tarde.
booth-results = Al resultado

# When a vote is not taken
booth-refused = Su voto no se recibió
booth-refused-bad = El servidor no pudo leer el voto sellado. No se contó nada. Vote de nuevo, por favor.
booth-refused-tested = Este voto se abrió para una prueba y nunca podrá emitirse. Lo que eligió se puede sellar de nuevo.
booth-refused-sealing = Su voto no se pudo sellar en este dispositivo. No se envió nada. Inténtelo de nuevo o use otro navegador.
booth-refused-lost = No se pudo hacer el archivo de la prueba. Ese voto nunca se contará. Lo que eligió se puede sellar de nuevo.
booth-refused-other = El servidor lo rechazó: { $code }. No se contó nada.
booth-replaced = Cuenta un voto posterior
booth-replaced-text = Este voto está en el registro, y en su lugar cuenta otro suyo posterior.
booth-too-often = Su último voto queda como está
booth-too-often-text = Ya reemplazó su voto tantas veces como se permite. Cuenta el último que tiene recibo.

# Step 4: the receipt
booth-receipt = Su voto fue emitido
booth-receipt-done = Listo: su voto está en el registro.
booth-receipt-for = Este recibo demuestra que su voto fue recibido. Con él puede comprobar en cualquier momento que se cuenta. No muestra lo que eligió.
booth-receipt-copy = Copiar
booth-receipt-copied = Copiado
booth-receipt-words = En palabras, para leerlo por teléfono (en inglés)
booth-receipt-qr = Esta imagen abre la comprobación en otro teléfono
booth-receipt-print = Imprimir
booth-receipt-save = Guardar como archivo
booth-receipt-wrong = Cuidado: la firma de este recibo no es correcta. Guarde el recibo y avise a quienes dirigen la votación.
booth-receipt-genuine = La firma del servidor en el recibo es correcta.
booth-receipt-step = { $minutes ->
    [one] Mientras dura la votación, los votos nuevos aparecen en el registro en cosa de un minuto.
   *[other] Mientras dura la votación, los votos nuevos aparecen en el registro en unos { $minutes } minutos.
  }
booth-receipt-again = Puede votar otra vez hasta que termine la votación; solo cuenta su último voto.
booth-receipt-gone = Esta página no guarda nada. Guarde o imprima el recibo antes de cerrarla.
