package dev.skerry.control.store.embedded;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.store.ControlStore.Appended;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Appends on several threads until it is killed, and prints what has been acknowledged. */
final class AppendingChild {
    private static final int THREADS = 4;
    private static final int DRAFTS = 3;

    private AppendingChild() {}

    public static void main(String[] args) throws Exception {
        EmbeddedStore store = EmbeddedStore.open(Path.of(args[0]), InstantSource.system());
        AtomicInteger number = new AtomicInteger();
        List<Thread> threads =
                IntStream.range(0, THREADS)
                        .mapToObj(i ->
                                Thread.ofPlatform()
                                        .start(() -> append(store, args[1] + "/" + i, number)))
                        .toList();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void append(EmbeddedStore store, String thread, AtomicInteger number) {
        try {
            for (int i = 0; ; i++) {
                String name = thread + "/" + i;
                List<Draft> drafts =
                        IntStream.range(0, DRAFTS)
                                .<Draft>mapToObj(part ->
                                        new Draft.Purge(
                                                "shop", Scope.TAG, name + "/" + part, Mode.HARD))
                                .toList();
                Appended appended =
                        store.append(
                                drafts,
                                changes ->
                                        List.of(
                                                new Entry(
                                                        "purges/" + changes.getLast().counter(),
                                                        "\"" + name + "\"")));
                System.out.println(
                        "acknowledged "
                                + appended.position().counter()
                                + " "
                                + appended.position().hash()
                                + " #"
                                + number.incrementAndGet());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
