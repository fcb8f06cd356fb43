package dev.skerry.control.store.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * Opens the database of a store: makes it, or finds it sound, or moves it away and makes another.
 */
final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** How long to wait for a stranger's lock, such as that of a backup. */
    private static final int BUSY_MILLIS = 2_000;

    /**
     * What SQLite says when the data is at fault: ERROR, CORRUPT, TOOBIG, FORMAT, NOTADB.
     * Everything else is the machine's fault, and no reason to touch the data.
     */
    private static final Set<Integer> DAMAGE = Set.of(1, RowSum.CORRUPT, 18, 24, 26);

    /** What the log may keep of the disk after a large transaction. */
    private static final int LOG_BYTES = 64 << 20;

    /** The smallest database, one page of the smallest size. */
    private static final int SMALLEST = 512;

    /** Where the header says who may write: 1 or 2, everybody. */
    private static final int WRITE_VERSION = 18;

    private Database() {}

    /**
     * Opens for writing.
     *
     * @param mostPages of 4 KiB; 0 for no bound
     * @throws IOException when it cannot be read or written, or is of a newer format
     */
    static Tables open(StoreFiles files, InstantSource wall, long mostPages) throws IOException {
        Path file = files.database();
        try {
            return openSound(files, wall, mostPages, "a new control store");
        } catch (SQLException e) {
            if (!DAMAGE.contains(e.getErrorCode())) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
            Path aside = files.setAside(wall.millis());
            LOG.error(
                    "{}: THE CONTROL STORE IS DAMAGED ({}). It is kept as {}. A new store with a new"
                            + " history takes its place: it knows no site, token or purge, and every"
                            + " node will count what it has stored as purged",
                    file,
                    e.getMessage(),
                    aside);
        }
        try {
            return openSound(files, wall, mostPages, "the control store was damaged");
        } catch (SQLException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** A connection that only reads. */
    static Tables reader(Path file) throws SQLException {
        Sql sql = connect(file);
        sql.once("PRAGMA query_only = ON");
        return Tables.of(sql);
    }

    private static Tables openSound(
            StoreFiles files, InstantSource wall, long mostPages, String reason)
            throws IOException, SQLException {
        files.prepare();
        checkHeader(files.database());
        Sql sql = connect(files.database());
        try {
            sql.once("PRAGMA max_page_count = " + mostPages);
            sql.once("PRAGMA journal_size_limit = " + LOG_BYTES);
            Tables tables = Tables.of(sql);
            if (tables.exist()) {
                refuseNewer(tables, files.database());
                tables.check();
            } else {
                create(tables, reason, wall.millis());
                LOG.info("{}: a new control store", files.database());
            }
            return tables;
        } catch (IOException | SQLException e) {
            sql.close();
            throw e;
        }
    }

    /** Checks what SQLite takes for an empty database, or for one that may only be read. */
    private static void checkHeader(Path file) throws IOException, SQLException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] header = in.readNBytes(SMALLEST);
            if (header.length > 0 && header.length < SMALLEST) {
                throw RowSum.corrupt(header.length + " bytes are no database");
            }
            if (header.length > 0 && (header[WRITE_VERSION] < 1 || header[WRITE_VERSION] > 2)) {
                throw RowSum.corrupt("write version " + header[WRITE_VERSION]);
            }
        }
    }

    private static void refuseNewer(Tables tables, Path file) throws IOException, SQLException {
        long format = tables.sql().number("SELECT format FROM meta");
        if (format > MetaTable.FORMAT) {
            throw new IOException(
                    file
                            + ": written by a newer version, in format "
                            + format
                            + "; this one knows "
                            + MetaTable.FORMAT);
        }
    }

    private static void create(Tables tables, String reason, long now) throws SQLException {
        tables.sql().run("BEGIN IMMEDIATE");
        tables.create();
        new NewHistoryTask(reason, now).first(tables);
        tables.sql().run("COMMIT");
    }

    private static Sql connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        return new Sql(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
    }
}
