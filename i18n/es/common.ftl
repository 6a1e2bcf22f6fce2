# Texts of the server's pages and of the booth alike.

practice-word = PRÁCTICA
practice-banner = Esta votación es solo de práctica. No decide nada y nunca podrá certificarse.
member-no = Número de afiliación
member-no-hint = Figura en el carné de afiliación o en la carta del sindicato.
password = Contraseña
sign-in-title = Iniciar sesión
sign-in-button = Iniciar sesión
sign-in-wrong = El número de afiliación y la contraseña no coinciden. Revise ambos datos e inténtelo de nuevo.
too-many-attempts = Hubo demasiados intentos fallidos.
faults-title = Falta algún dato o no es correcto
wait-seconds = { $seconds ->
    [one] Vuelva a intentarlo en un segundo.
   *[other] Vuelva a intentarlo en { $seconds } segundos.
  }
wait-minutes = { $minutes ->
    [one] Vuelva a intentarlo en un minuto.
   *[other] Vuelva a intentarlo en { $minutes } minutos.
  }
