package dev.skerry.cache.store;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.KeyName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a response beside its body.
 *
 * @param head status and fields, ready for a client: hop-by-hop fields, tags and {@code Age} are
 *     gone
 * @param vary the field names that Vary nominated, lower case; empty when there was no Vary
 * @param selecting the normalised request fields for {@code vary}; a name that was absent from the
 *     request is absent here
 * @param tags the tags that the response can be purged by
 * @param name what its key was made of; null for what was made here of another stored response,
 *     which never leaves memory
 */
public record StoredHead(
        ResponseHead head,
        List<String> vary,
        FieldList selecting,
        List<String> tags,
        Stamp stamp,
        @Nullable KeyName name) {
    /** Whether both answer the same requests. */
    public boolean isSameVariant(StoredHead other) {
        return vary.equals(other.vary) && selecting.equals(other.selecting);
    }

    /** The same for requests with other selecting fields. */
    public StoredHead selectedBy(FieldList fields) {
        return new StoredHead(head, vary, fields, tags, stamp, name);
    }

    /** The same, born with another revision of the node's own order. */
    public StoredHead bornLocally(long revision) {
        return new StoredHead(head, vary, selecting, tags, stamp.bornLocally(revision), name);
    }

    /**
     * The same, born no later than another response and purged by its tags too.
     *
     * @param allFlags the stamp's bits with these tags
     */
    public StoredHead united(
            long otherBornAt, long otherBornAtLocal, List<String> allTags, int allFlags) {
        return new StoredHead(
                head,
                vary,
                selecting,
                allTags,
                stamp.atMost(otherBornAt, otherBornAtLocal, allFlags),
                name);
    }
}
