package dev.skerry.cache.purge;

import dev.skerry.config.protocol.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Ledger} that survives the process. A purge works as soon as {@link #apply} returns; it
 * is acknowledged when it is on disk (rule 12), many with one fsync.
 *
 * <p>A node that stores nothing on disk needs none of this: after a restart its cache is empty, so
 * there is nothing that a forgotten purge could have killed, and its order may begin again.
 *
 * <p>If the file turns out to be damaged, purges may have been forgotten: it is put aside, and
 * everything stored before is declared dead at a revision above all that the file can have held.
 */
public final class DurableLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DurableLedger.class);
    private static final int MOST_PENDING = 100_000;

    private final Ledger ledger;
    private final LedgerJournal journal;
    private final FileChannel lockFile;
    private final boolean isNew;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private List<JournalEntry> pending = new ArrayList<>();
    private List<CompletableFuture<Long>> waiting = new ArrayList<>();
    private volatile @Nullable Followed followed;
    private boolean rewrite;
    private boolean closing;

    private DurableLedger(
            Ledger ledger, LedgerJournal journal, FileChannel lockFile, boolean isNew) {
        this.isNew = isNew;
        this.ledger = ledger;
        this.journal = journal;
        this.lockFile = lockFile;
        this.followed = journal.followed();
        this.writer = Thread.ofPlatform().daemon().name("ledger journal").start(this::writeAll);
    }

    /**
     * Opens the ledger kept in a directory, or begins one there.
     *
     * @param directory created if absent; of this process alone
     * @param ledger empty; what was kept is restored into it
     * @throws IOException when the directory cannot be used, or another process uses it
     */
    public static DurableLedger open(Path directory, Ledger ledger, NodeTime time)
            throws IOException {
        Files.createDirectories(directory);
        FileChannel lockFile = lock(directory);
        try {
            LedgerJournal journal = new LedgerJournal(directory, ledger, time);
            boolean isNew = restore(directory, ledger, time, journal);
            return new DurableLedger(ledger, journal, lockFile, isNew);
        } catch (IOException | UncheckedIOException e) {
            lockFile.close();
            throw e;
        }
    }

    /** Whether none was kept in the directory: whatever was purged before is not known. */
    public boolean isNew() {
        return isNew;
    }

    /** The ledger to read. Write to it through this object only. */
    public Ledger ledger() {
        return ledger;
    }

    /**
     * How far a history has been followed, durable or not yet; null when this node makes its own
     * revisions, or has followed none.
     */
    public @Nullable Followed followed() {
        return followed;
    }

    /**
     * Applies what a history has brought since {@link #followed}; see {@link #apply}.
     *
     * @param purges in this node's revisions, in ascending order
     * @param after where the history is now; its frame is that of {@link #followed}
     */
    public CompletionStage<Long> follow(List<KeyedPurge> purges, Followed after) {
        CompletableFuture<Long> durable = new CompletableFuture<>();
        lock.lock();
        try {
            awaitRoom();
            for (KeyedPurge purge : purges) {
                if (ledger.apply(purge)) {
                    pending.add(journal.kept(purge));
                }
            }
            ledger.advance(after.local());
            followed = after;
            pending.add(JournalEntry.mark(after));
            enqueue(durable);
        } finally {
            lock.unlock();
        }
        return durable;
    }

    /**
     * Takes in all that counts at one position of a history, one that was not followed before, or
     * the same further on; see {@link #apply}.
     *
     * @param floor the history's floor; what is older than the history is dead in any case
     * @param purges in their history's own counters
     * @param at where the history is
     */
    public CompletionStage<Long> adopt(long floor, List<KeyedPurge> purges, Position at) {
        CompletableFuture<Long> durable = new CompletableFuture<>();
        lock.lock();
        try {
            HistoryFrame frame = frameOf(at.history());
            List<KeyedPurge> local =
                    purges.stream().map(purge -> purge.at(frame.local(purge.revision()))).toList();
            Followed after = new Followed(frame, at);
            ledger.adopt(frame.local(floor), local, after.local());
            followed = after;
            rewrite = true;
            enqueue(durable);
        } finally {
            lock.unlock();
        }
        return durable;
    }

    /**
     * Applies purges in order of revision; those known already change nothing. They work when this
     * returns. May wait for the disk when very many are not yet durable.
     *
     * @return completes with the applied revision when all of them are durable; fails with an
     *     {@link IOException} when they cannot be made so, though they work as long as this process
     *     lives
     */
    public CompletionStage<Long> apply(List<KeyedPurge> purges) {
        CompletableFuture<Long> durable = new CompletableFuture<>();
        lock.lock();
        try {
            awaitRoom();
            followed = null;
            for (KeyedPurge purge : purges) {
                if (ledger.apply(purge)) {
                    pending.add(journal.entry(purge));
                }
            }
            enqueue(durable);
        } finally {
            lock.unlock();
        }
        return durable;
    }

    /** Applies a revision that purges nothing; see {@link #apply}. */
    public CompletionStage<Long> advance(long revision) {
        CompletableFuture<Long> durable = new CompletableFuture<>();
        lock.lock();
        try {
            if (revision > ledger.applied()) {
                followed = null;
                ledger.advance(revision);
                pending.add(JournalEntry.applied(revision));
            }
            enqueue(durable);
        } finally {
            lock.unlock();
        }
        return durable;
    }

    /** Makes durable what was applied, and lets go of the directory. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        journal.close();
        lockFile.close();
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel file =
                FileChannel.open(
                        directory.resolve("ledger.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            FileLock held = file.tryLock();
            if (held != null) {
                return file;
            }
        } catch (OverlappingFileLockException e) {
            // This process itself; the same complaint.
        }
        file.close();
        throw new IOException(directory + ": the ledger there is in use by another process");
    }

    /** Restores the ledger; returns whether none was kept. */
    private static boolean restore(
            Path directory, Ledger ledger, NodeTime time, LedgerJournal journal)
            throws IOException {
        LedgerJournal.Opening opening = journal.load();
        switch (opening) {
            case NEW -> LOG.info("{}: a new ledger", directory);
            case WHOLE ->
                    LOG.info("{}: ledger restored at revision {}", directory, ledger.applied());
            case TORN_TAIL ->
                    LOG.warn(
                            "{}: ledger restored at revision {}; its end, never acknowledged, was"
                                    + " cut off by a crash",
                            directory,
                            ledger.applied());
            case DAMAGED -> {
                // What the file held is unknown, so a revision is taken that no ledger of the past
                // can have reached: a node that orders its own purges counts microseconds of wall
                // time.
                long leap = Math.max(ledger.applied() + 1, (time.wall().millis() + 1) * 1000);
                ledger.raiseFloor(leap);
                LOG.error(
                        "{}: THE LEDGER IS DAMAGED and purges may have been forgotten. It is kept as"
                                + " {}; everything stored before now counts as purged (revision {})",
                        directory,
                        journal.putAside(),
                        leap);
            }
        }
        return opening == LedgerJournal.Opening.NEW;
    }

    private HistoryFrame frameOf(String history) {
        Followed now = followed;
        return now != null && now.at().history().equals(history)
                ? now.frame()
                : new HistoryFrame(history, ledger.applied() + 1);
    }

    private void awaitRoom() {
        while (pending.size() >= MOST_PENDING && !closing) {
            changed.awaitUninterruptibly();
        }
    }

    private void enqueue(CompletableFuture<Long> durable) {
        if (closing) {
            durable.completeExceptionally(new IOException("the ledger is closed"));
        } else {
            waiting.add(durable);
            changed.signalAll();
        }
    }

    private void writeAll() {
        boolean sound = true;
        while (true) {
            List<JournalEntry> entries;
            List<CompletableFuture<Long>> acknowledged;
            long revision;
            Followed upTo;
            boolean whole;
            lock.lock();
            try {
                while (waiting.isEmpty() && !closing) {
                    changed.awaitUninterruptibly();
                }
                if (waiting.isEmpty()) {
                    return;
                }
                entries = pending;
                acknowledged = waiting;
                pending = new ArrayList<>();
                waiting = new ArrayList<>();
                revision = ledger.applied();
                upTo = followed;
                whole = rewrite || !sound;
                rewrite = false;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            sound = write(entries, acknowledged, revision, upTo, whole);
        }
    }

    /** Writes one group; returns whether the file can be appended to. */
    private boolean write(
            List<JournalEntry> entries,
            List<CompletableFuture<Long>> acknowledged,
            long revision,
            @Nullable Followed upTo,
            boolean whole) {
        try {
            if (whole || journal.worthCompacting()) {
                // The ledger holds these entries already, and those of a write that failed.
                journal.compact(upTo);
            } else {
                journal.append(entries);
            }
            acknowledged.forEach(future -> future.complete(revision));
            return true;
        } catch (IOException | UncheckedIOException e) {
            LOG.error(
                    "the ledger cannot be made durable; purges up to revision {} work but are not"
                            + " acknowledged",
                    revision,
                    e);
            IOException cause = e instanceof IOException io ? io : new IOException(e);
            acknowledged.forEach(future -> future.completeExceptionally(cause));
            return false;
        }
    }
}
