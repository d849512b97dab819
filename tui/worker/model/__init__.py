"""Model calls: the tap around them, their attempts, failures and retries."""
