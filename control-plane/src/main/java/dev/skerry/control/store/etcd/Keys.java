package dev.skerry.control.store.etcd;

import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What lies where in etcd, behind a prefix:
 *
 * <ul>
 *   <li>{@code head}: {@link Head}. Whoever appends compares it and writes it anew.
 *   <li>{@code c/HISTORY/LAST}: {@link Batch}, the changes of one transaction by the counter of the
 *       last, in 19 digits
 *   <li>{@code s/SITE}: {@link SiteRow}; documents are in the records of their versions
 *   <li>{@code r/NAME}: a record
 *   <li>{@code m}: {@link Merged}, how far changes have been merged into rows
 *   <li>{@code l/HISTORY/SITE␀MODE␀SCOPE␀VALUE}: a row of the ledger as of there
 *   <li>{@code v/KEY␀ID/NUMBER}: pieces of a value that is too large for one transaction
 *   <li>{@code w/WRITER}: the last transaction of a process; says what became of one whose answer
 *       was lost
 *   <li>{@code leader}: who merges and deletes, under a lease
 * </ul>
 */
record Keys(String prefix) {
    private static final char END = '\u0000';

    String head() {
        return prefix + "head";
    }

    String merged() {
        return prefix + "m";
    }

    String leader() {
        return prefix + "leader";
    }

    String writer(String id) {
        return writers() + id;
    }

    String writers() {
        return prefix + "w/";
    }

    String changes() {
        return prefix + "c/";
    }

    String changes(String history) {
        return changes() + history + "/";
    }

    /** The batch whose last change has this counter. */
    String change(String history, long last) {
        return changes(history) + String.format(Locale.ROOT, "%019d", last);
    }

    String site(String site) {
        return sites() + site;
    }

    String sites() {
        return prefix + "s/";
    }

    String record(String name) {
        return records() + name;
    }

    String records() {
        return prefix + "r/";
    }

    /** The name of the record that a key is of. */
    String recordName(String key) {
        return key.substring(records().length());
    }

    String rows() {
        return prefix + "l/";
    }

    String rows(String history) {
        return rows() + history + "/";
    }

    String row(String history, PurgeRecord purge) {
        return rows(history)
                + purge.site()
                + END
                + purge.mode()
                + END
                + purge.scope()
                + END
                + purge.value();
    }

    /** The name that a row's key is of: a purge with no revision and no time; null when unread. */
    @Nullable PurgeRecord purge(String history, String key) {
        String[] parts = key.substring(rows(history).length()).split(String.valueOf(END), 4);
        return parts.length < 4
                ? null
                : new PurgeRecord(
                        0, parts[0], Scope.valueOf(parts[2]), parts[3], Mode.valueOf(parts[1]), 0);
    }

    /** What the pieces of a key's value begin with. */
    String pieces(String key) {
        return allPieces() + key.substring(prefix.length()) + END;
    }

    String piece(String key, String id, int number) {
        return pieces(key) + id + "/" + String.format(Locale.ROOT, "%04d", number);
    }

    String allPieces() {
        return prefix + "v/";
    }

    /** The first key behind all those that begin with a text. */
    static String behind(String start) {
        int last = start.length() - 1;
        return start.substring(0, last) + (char) (start.charAt(last) + 1);
    }

    /** The first key behind one. */
    static String next(String key) {
        return key + END;
    }
}
