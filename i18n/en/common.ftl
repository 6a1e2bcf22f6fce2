# Texts of the server's pages and of the booth alike.

practice-word = PRACTICE
practice-banner = This ballot is for practice only. It decides nothing and can never be certified.
member-no = Member number
member-no-hint = As on your membership card or on the letter from your union.
password = Password
sign-in-title = Sign in
sign-in-button = Sign in
sign-in-wrong = Member number and password do not fit together. Check both and try again.
too-many-attempts = There were too many wrong attempts.
faults-title = Something is missing or wrong
wait-seconds = { $seconds ->
    [one] Try again in one second.
   *[other] Try again in { $seconds } seconds.
  }
wait-minutes = { $minutes ->
    [one] Try again in one minute.
   *[other] Try again in { $minutes } minutes.
  }
