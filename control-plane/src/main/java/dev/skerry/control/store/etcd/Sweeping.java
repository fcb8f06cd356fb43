package dev.skerry.control.store.etcd;

import dev.skerry.control.store.etcd.EtcdFailure.Kind;
import dev.skerry.control.store.etcd.Snapshots.Moment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Deletes what nobody reads any more. */
final class Sweeping {
    private static final int PAGE = 1000;
    private static final char END = '\u0000';

    private final EtcdClient client;
    private final Keys keys;
    private final Snapshots snapshots;
    private final long keepNanos;
    private final LongSupplier nanos;
    private final Map<String, Seen> writers = new HashMap<>();
    private final Deque<Seen> revisions = new ArrayDeque<>();
    private @Nullable Moment last;

    /** A revision of etcd's, and when it was seen first. */
    private record Seen(long revision, long sinceNanos) {}

    Sweeping(EtcdClient client, Keys keys, Snapshots snapshots, Duration keep, LongSupplier nanos) {
        this.client = client;
        this.keys = keys;
        this.snapshots = snapshots;
        this.keepNanos = keep.toNanos();
        this.nanos = nanos;
    }

    void sweep(Fence fence) throws IOException {
        Moment now = snapshots.moment();
        Moment before = last;
        last = now;
        if (before != null && before.head().history().equals(now.head().history())) {
            // What was not needed a round ago: whoever was reading then has read it.
            changes(fence, before);
        }
        String history = now.head().history();
        others(fence, keys.changes(), keys.changes(history), now);
        others(fence, keys.rows(), keys.rows(history), now);
        pieces(fence, now);
        writers(fence, now);
        compact(now);
    }

    /** Changes that are merged and no longer given out; not the one that the next follows. */
    private void changes(Fence fence, Moment then) throws IOException {
        String history = then.head().history();
        long first = Math.min(then.head().first() - 1, then.merged().upTo() + 1);
        String from = keys.changes(history);
        String to = keys.change(history, first);
        if (!client.range(from, to, 1, 0).isEmpty()) {
            fence.commit(new Txn().delete(from, to));
        }
    }

    /** What other histories have left; as none comes back, what was another's stays one. */
    private void others(Fence fence, String all, String current, Moment now) throws IOException {
        for (String[] side :
                List.of(
                        new String[] {all, current},
                        new String[] {Keys.behind(current), Keys.behind(all)})) {
            while (true) {
                List<KeyValue> found = client.range(side[0], side[1], 1, now.revision());
                if (found.isEmpty()) {
                    break;
                }
                String key = found.getFirst().key();
                String its = key.substring(0, key.indexOf('/', all.length()) + 1);
                fence.commit(new Txn().delete(its, Keys.behind(its)));
                side[0] = Keys.behind(its);
            }
        }
    }

    /** Pieces that no value refers to; those under a lease go by themselves. */
    private void pieces(Fence fence, Moment now) throws IOException {
        String end = Keys.behind(keys.allPieces());
        String from = keys.allPieces();
        while (true) {
            List<KeyValue> page = client.keys(from, end, PAGE, now.revision());
            Set<String> looked = new HashSet<>();
            for (KeyValue piece : page) {
                String whole = piece.key().substring(0, piece.key().lastIndexOf('/') + 1);
                if (piece.lease() == 0 && looked.add(whole) && !isReferred(whole, now)) {
                    fence.commit(new Txn().delete(whole, Keys.behind(whole)));
                }
            }
            if (page.size() < PAGE) {
                return;
            }
            from = Keys.next(page.getLast().key());
        }
    }

    private boolean isReferred(String whole, Moment now) throws IOException {
        int cut = whole.lastIndexOf(END);
        String owner = keys.prefix() + whole.substring(keys.allPieces().length(), cut);
        String id = whole.substring(cut + 1);
        List<KeyValue> found = client.range(owner, Keys.next(owner), 1, now.revision());
        return !found.isEmpty()
                && Packed.isReference(found.getFirst().value())
                && new String(found.getFirst().value(), StandardCharsets.UTF_8).contains(id);
    }

    /** Keys of processes that have not written for long. */
    private void writers(Fence fence, Moment now) throws IOException {
        Map<String, Seen> before = Map.copyOf(writers);
        writers.clear();
        for (KeyValue each :
                client.keys(keys.writers(), Keys.behind(keys.writers()), PAGE, now.revision())) {
            Seen seen = before.get(each.key());
            if (seen == null || seen.revision() != each.modified()) {
                seen = new Seen(each.modified(), nanos.getAsLong());
            }
            writers.put(each.key(), seen);
            if (nanos.getAsLong() - seen.sinceNanos() > keepNanos) {
                fence.commit(new Txn().ifModified(each.key(), each.modified()).delete(each.key()));
            }
        }
    }

    /** Has etcd forget earlier revisions: each write would be kept for ever else. */
    private void compact(Moment now) throws IOException {
        long time = nanos.getAsLong();
        revisions.add(new Seen(now.revision(), time));
        Seen oldest = revisions.peekFirst();
        if (oldest == null || time - oldest.sinceNanos() < 2 * keepNanos) {
            return;
        }
        long revision = oldest.revision();
        while (oldest != null && time - oldest.sinceNanos() >= keepNanos) {
            revision = oldest.revision();
            revisions.removeFirst();
            oldest = revisions.peekFirst();
        }
        try {
            client.call(
                    "/v3/kv/compaction", Json.object().put("revision", String.valueOf(revision)));
        } catch (EtcdFailure e) {
            if (e.kind() != Kind.COMPACTED) {
                throw e;
            }
        }
    }
}
