package dev.skerry.proxy.hop;

/**
 * What a verified request of another node says.
 *
 * @param applied the revision that the sender had applied: a fetch begun for it is born at no less
 *     (purge rule 5)
 * @param need what an answer from the store must be born at, at least (purge rule 6)
 * @param nonce what the answer is bound to
 */
public record HopRequest(long applied, long need, String nonce) {}
