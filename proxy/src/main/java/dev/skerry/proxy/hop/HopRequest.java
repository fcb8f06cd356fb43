package dev.skerry.proxy.hop;

import dev.skerry.cache.purge.HistoryFrame;

/**
 * What a verified request of another node says. Numbers are this node's own revisions, unless the
 * request is {@code foreign}.
 *
 * @param applied the revision that the sender had applied: a fetch begun for it is born at no less
 *     (purge rule 5)
 * @param need what an answer from the store must be born at, at least (purge rule 6)
 * @param nonce what the answer is bound to
 * @param frame how revisions go back to the sender
 * @param foreign whether the sender follows another history: then nothing here may be compared with
 *     anything of this node (purge rule 17)
 */
public record HopRequest(
        long applied, long need, String nonce, HistoryFrame frame, boolean foreign) {}
