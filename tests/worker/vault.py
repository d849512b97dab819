"""Keys of no known shape."""

FROM_FILE = "as-it-stood-in-a-file"
FROM_VAULT = "as-the-vault-gave-it"
OF_CLIENT = "as-the-client-has-it"
