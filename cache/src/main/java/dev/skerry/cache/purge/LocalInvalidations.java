package dev.skerry.cache.purge;

import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What this node itself declares invalid: URLs that an unsafe method changed (RFC 9111 §4.4) and
 * groups that a response invalidates (RFC 9875 §3). The same ledger as for purges, in an order of
 * the node's own, which no other node ever compares with anything. They are as durable as the
 * ledger that they are written to: without a disk tier nothing outlives them. Thread-safe.
 */
public final class LocalInvalidations {
    private static final CompletionStage<?> AT_ONCE = CompletableFuture.completedFuture(null);

    private final Ledger ledger;
    private final Function<List<KeyedPurge>, CompletionStage<?>> writer;
    private final Object lock = new Object();

    /** Invalidations in a ledger that nobody else writes to, and that ends with this process. */
    public LocalInvalidations(Ledger ledger) {
        this(
                ledger,
                purges -> {
                    ledger.applyAll(purges);
                    return AT_ONCE;
                });
    }

    /** Invalidations in a durable ledger that nobody else writes to. */
    public LocalInvalidations(DurableLedger durable) {
        this(durable.ledger(), durable::apply);
    }

    private LocalInvalidations(
            Ledger ledger, Function<List<KeyedPurge>, CompletionStage<?>> writer) {
        this.ledger = ledger;
        this.writer = writer;
    }

    /** For {@code applied}, and for judging by {@code bornAtLocal}. */
    public Ledger ledger() {
        return ledger;
    }

    /**
     * Declares everything of a site dead.
     *
     * @return completes when a restart will not undo it
     */
    public CompletionStage<?> everything(String site, long nowMillis) {
        synchronized (lock) {
            return writer.apply(
                    List.of(
                            new KeyedPurge(
                                    ledger.applied() + 1,
                                    PurgeScopes.site(site),
                                    KeyedPurge.EVERYTHING,
                                    Mode.HARD,
                                    nowMillis)));
        }
    }

    /**
     * Takes a place in the order and declares nothing dead: what requests of the site use from now
     * on is judged once more, and so can be told from what they do not use.
     */
    public void mark(String site, long nowMillis) {
        synchronized (lock) {
            // Nothing is lost when a restart forgets it.
            CompletionStage<?> _ =
                    writer.apply(
                            List.of(
                                    new KeyedPurge(
                                            ledger.applied() + 1,
                                            PurgeScopes.site(site),
                                            // No URL: their hosts have a character at least.
                                            PurgeKeys.url(site, "", ""),
                                            Mode.HARD,
                                            nowMillis)));
        }
    }

    /**
     * What a declaration came to.
     *
     * @param revision what is born with it is alive
     * @param alone whether nothing that concerns the response had been declared dead since the
     *     revision that was asked about
     * @param kept completes when a restart will not undo it; fails when one may
     */
    public record Declared(long revision, boolean alone, CompletionStage<?> kept) {}

    /**
     * Declares the stored responses of some names dead, those that are being fetched now included,
     * in one step. It works when this returns.
     *
     * @param names hashes of {@link PurgeKeys}
     * @param keys the names of the response that declares this
     * @param tags of that response
     * @param since a revision of this order
     * @param nowMillis the monotonic clock
     */
    public Declared declare(
            String site,
            List<Long> names,
            PurgeKeys keys,
            long[] tags,
            long since,
            long nowMillis) {
        synchronized (lock) {
            long revision = ledger.applied();
            boolean alone = ledger.site(site).need(keys, tags, revision) <= since;
            List<KeyedPurge> purges = new ArrayList<>(names.size());
            for (long name : names) {
                revision++;
                purges.add(
                        new KeyedPurge(
                                revision, PurgeScopes.site(site), name, Mode.HARD, nowMillis));
            }
            return new Declared(revision, alone, writer.apply(purges));
        }
    }
}
