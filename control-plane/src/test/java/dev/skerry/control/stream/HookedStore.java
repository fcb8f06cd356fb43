package dev.skerry.control.stream;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StaleVersion;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store that counts what is read of it, and tells when somebody reads the head. */
final class HookedStore implements ControlStore {
    private final ControlStore store;
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger snapshots = new AtomicInteger();
    volatile Runnable beforeHead = () -> {};
    volatile Runnable afterHead = () -> {};

    HookedStore(ControlStore store) {
        this.store = store;
    }

    @Override
    public Position head() throws IOException {
        beforeHead.run();
        Position head = store.head();
        afterHead.run();
        return head;
    }

    @Override
    public Appended append(List<Draft> drafts, Function<List<Change>, List<Entry>> records)
            throws IOException, StaleVersion {
        return store.append(drafts, records);
    }

    @Override
    public @Nullable List<Change> read(long after, int most) throws IOException {
        List<Change> changes = store.read(after, most);
        if (changes != null && !changes.isEmpty()) {
            reads.incrementAndGet();
        }
        return changes;
    }

    @Override
    public @Nullable String hashAt(long counter) throws IOException {
        return store.hashAt(counter);
    }

    @Override
    public Snapshot snapshot() throws IOException {
        snapshots.incrementAndGet();
        return store.snapshot();
    }

    @Override
    public Position newHistory(String reason) throws IOException {
        return store.newHistory(reason);
    }

    @Override
    public void onAppend(Runnable wake) {
        store.onAppend(wake);
    }

    @Override
    public @Nullable String get(String name) throws IOException {
        return store.get(name);
    }

    @Override
    public SortedMap<String, String> list(String prefix, @Nullable String after, int most)
            throws IOException {
        return store.list(prefix, after, most);
    }

    @Override
    public void put(List<Entry> records) throws IOException {
        store.put(records);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
