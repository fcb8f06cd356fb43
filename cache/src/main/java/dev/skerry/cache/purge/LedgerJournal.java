package dev.skerry.cache.purge;

import dev.skerry.cache.purge.JournalEntry.Kind;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.Revision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file that a ledger is kept in: a header of 16 bytes (magic, version, entry size), then
 * entries, appended. Rewritten whole when most of it says nothing any more. One thread at a time.
 *
 * <p>What the last write left behind after a crash, a torn tail, was never acknowledged and is
 * dropped. A fault before entries that are sound is damage: acknowledged purges may be missing.
 */
final class LedgerJournal implements AutoCloseable {
    static final String NAME = "ledger.journal";

    private static final byte[] MAGIC = "SKLEDGER".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 16;
    private static final int BUFFERED_ENTRIES = 4096;
    private static final long SMALL = 8192;

    private final Path directory;
    private final Ledger ledger;
    private final NodeTime time;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFERED_ENTRIES * JournalEntry.BYTES);
    private FileChannel file;
    private long entries;
    private long entriesWhenCompact;
    private @Nullable HistoryFrame frame;
    private @Nullable Followed followed;

    /** Opens the journal and restores the ledger, which nobody else uses yet. */
    LedgerJournal(Path directory, Ledger ledger, NodeTime time) throws IOException {
        this.directory = directory;
        this.ledger = ledger;
        this.time = time;
        this.file =
                FileChannel.open(
                        directory.resolve(NAME),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
    }

    /** Reads the file into the ledger. Afterwards it can be appended to, unless damaged. */
    Opening load() throws IOException {
        if (file.size() == 0) {
            compact();
            return Opening.NEW;
        }
        if (!headerFits()) {
            return Opening.DAMAGED;
        }
        LedgerWriter restorer = ledger.restorer();
        long sound = readEntries(entry -> restore(entry, restorer));
        long end = HEADER_BYTES + sound * JournalEntry.BYTES;
        if (file.size() == end) {
            appendAfter(sound);
            return Opening.WHOLE;
        }
        if (soundEntryAfter(end + JournalEntry.BYTES)) {
            return Opening.DAMAGED;
        }
        file.truncate(end);
        file.force(true);
        appendAfter(sound);
        return Opening.TORN_TAIL;
    }

    /** How far the file says that a history was followed; null when it says nothing. */
    @Nullable Followed followed() {
        return followed;
    }

    /** Puts the file aside and starts a new one from the ledger as it is now. */
    Path putAside() throws IOException {
        followed = null;
        Path aside = directory.resolve(NAME + ".damaged-" + time.wall().millis());
        Files.move(directory.resolve(NAME), aside, StandardCopyOption.ATOMIC_MOVE);
        compact();
        return aside;
    }

    /** Appends entries and makes them durable. */
    void append(List<JournalEntry> more) throws IOException {
        for (JournalEntry entry : more) {
            write(file, entry);
        }
        flush(file);
        file.force(false);
        entries += more.size();
    }

    /** Whether the file has become much larger than what it says. */
    boolean worthCompacting() {
        return entries > 2 * entriesWhenCompact + SMALL;
    }

    /**
     * Replaces the file by one that says no more than the ledger holds, and makes it durable. Other
     * threads may go on applying: what they add is in it or is appended later.
     */
    void compact() throws IOException {
        compact(followed);
    }

    /** The same; the file then also says how far a history has been followed. */
    void compact(@Nullable Followed upTo) throws IOException {
        buffer.clear();
        // Before the records: later ones may be missing, and so must not count as applied.
        long applied = ledger.applied();
        Path fresh = directory.resolve(NAME + ".new");
        FileChannel to =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        Snapshot snapshot = new Snapshot(to);
        try {
            buffer.put(MAGIC).putInt(VERSION).putInt(JournalEntry.BYTES);
            flush(to);
            ledger.save(snapshot);
            if (upTo == null) {
                snapshot.add(JournalEntry.applied(applied));
            } else {
                snapshot.add(JournalEntry.history(upTo.frame()));
                snapshot.add(JournalEntry.mark(upTo));
            }
            flush(to);
            to.force(true);
            Files.move(fresh, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException e) {
            to.close();
            throw e;
        }
        file.close();
        file = to;
        entries = snapshot.written;
        entriesWhenCompact = snapshot.written;
        forceDirectory();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private boolean headerFits() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        readFully(header, 0);
        header.flip();
        byte[] magic = new byte[MAGIC.length];
        return header.remaining() == HEADER_BYTES
                && header.get(magic).remaining() == 2 * Integer.BYTES
                && Arrays.equals(magic, MAGIC)
                && header.getInt() == VERSION
                && header.getInt() == JournalEntry.BYTES;
    }

    /** Reads entries until the first that is not sound; returns how many were. */
    private long readEntries(Consumer<JournalEntry> reader) throws IOException {
        long count = 0;
        while (true) {
            buffer.clear();
            readFully(buffer, HEADER_BYTES + count * JournalEntry.BYTES);
            int whole = buffer.position() / JournalEntry.BYTES;
            for (int i = 0; i < whole; i++) {
                JournalEntry entry = JournalEntry.read(buffer, i * JournalEntry.BYTES);
                if (entry == null) {
                    return count;
                }
                reader.accept(entry);
                count++;
            }
            if (whole < BUFFERED_ENTRIES) {
                return count;
            }
        }
    }

    private boolean soundEntryAfter(long from) throws IOException {
        for (long at = from; at + JournalEntry.BYTES <= file.size(); at += JournalEntry.BYTES) {
            if (isSound(at)) {
                return true;
            }
        }
        return false;
    }

    private boolean isSound(long at) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(JournalEntry.BYTES);
        readFully(one, at);
        return one.position() == JournalEntry.BYTES && JournalEntry.read(one, 0) != null;
    }

    private void restore(JournalEntry entry, LedgerWriter restorer) {
        switch (entry.kind()) {
            case RECORD -> {
                restorer.record(keyed(entry));
                advanceAlone(entry.revision());
            }
            case KEPT -> restorer.record(keyed(entry));
            case FLOOR ->
                    restorer.floor(
                            entry.site(),
                            entry.mode(),
                            entry.revision(),
                            time.toMonotonic(entry.acceptedWallMillis()));
            case COMMON_FLOOR -> restorer.commonFloor(entry.revision());
            case APPLIED -> advanceAlone(entry.revision());
            case HISTORY -> frame = new HistoryFrame(entry.digest(), entry.revision());
            case MARK -> mark(entry);
        }
    }

    /** A revision of the node's own: whatever history was followed before ended there. */
    private void advanceAlone(long revision) {
        ledger.advance(revision);
        followed = null;
    }

    private void mark(JournalEntry entry) {
        if (frame != null) {
            long counter = frame.counter(entry.revision());
            followed =
                    new Followed(
                            frame,
                            new Position(new Revision(frame.history(), counter), entry.digest()));
            ledger.advance(entry.revision());
        }
    }

    private KeyedPurge keyed(JournalEntry entry) {
        long accepted =
                entry.mode() == Mode.HARD ? 0 : time.toMonotonic(entry.acceptedWallMillis());
        return new KeyedPurge(entry.revision(), entry.site(), entry.key(), entry.mode(), accepted);
    }

    /** The entry of a record that has just been applied, in its place in the order. */
    JournalEntry entry(KeyedPurge purge) {
        return entry(Kind.RECORD, purge);
    }

    /** The entry of a record that counts as applied with the mark that comes after it. */
    JournalEntry kept(KeyedPurge purge) {
        return entry(Kind.KEPT, purge);
    }

    private JournalEntry entry(Kind kind, KeyedPurge purge) {
        long wall = purge.mode() == Mode.HARD ? 0 : time.toWall(purge.acceptedMillis());
        return new JournalEntry(
                kind, purge.mode(), purge.site(), purge.key(), purge.revision(), wall);
    }

    private void appendAfter(long sound) throws IOException {
        entries = sound;
        entriesWhenCompact = ledger.records();
        file.position(HEADER_BYTES + sound * JournalEntry.BYTES);
        buffer.clear();
    }

    private void readFully(ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int n = file.read(into, at);
            if (n < 0) {
                return;
            }
            at += n;
        }
    }

    private void write(FileChannel to, JournalEntry entry) throws IOException {
        if (buffer.remaining() < JournalEntry.BYTES) {
            flush(to);
        }
        entry.write(buffer);
    }

    private void flush(FileChannel to) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
        buffer.clear();
    }

    private void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** How the file was found. */
    enum Opening {
        /** There was none. */
        NEW,
        /** Whole. */
        WHOLE,
        /** With an end that was being written; it was dropped. */
        TORN_TAIL,
        /** Acknowledged purges may be missing. */
        DAMAGED
    }

    /** Writes a ledger's content; a failure comes out unchecked. */
    private final class Snapshot implements LedgerWriter {
        private final FileChannel to;
        private long written;

        private Snapshot(FileChannel to) {
            this.to = to;
        }

        @Override
        public void commonFloor(long revision) {
            if (revision > 0) {
                add(JournalEntry.commonFloor(revision));
            }
        }

        @Override
        public void floor(long site, Mode mode, long revision, long acceptedMillis) {
            if (revision > 0) {
                long wall = mode == Mode.HARD ? 0 : time.toWall(acceptedMillis);
                add(new JournalEntry(Kind.FLOOR, mode, site, 0, revision, wall));
            }
        }

        @Override
        public void record(KeyedPurge purge) {
            add(entry(Kind.KEPT, purge));
        }

        private void add(JournalEntry entry) {
            try {
                write(to, entry);
                written++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
