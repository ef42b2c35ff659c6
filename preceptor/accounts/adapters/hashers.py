"""Password hashing, tuned so that a sign-in costs about a tenth of a second and 19 MiB."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2(Argon2PasswordHasher):
    """Argon2id with the parameters that OWASP's password storage sheet names first; older hashes are upgraded at sign-in."""

    memory_cost = 19456
    time_cost = 2
    parallelism = 1
