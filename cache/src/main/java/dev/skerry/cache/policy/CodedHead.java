package dev.skerry.cache.policy;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.ResponseHead;

/** What head does a coded representation have? RFC 9110 §7.7, §8.4 and §8.8.3.3. */
public final class CodedHead {
    /** What every response of a representation that may be coded says (RFC 9110 §12.5.5). */
    public static final String VARY = "Accept-Encoding";

    private static final String LOWER = "accept-encoding";

    private CodedHead() {}

    /**
     * The head of the coded representation: Content-Encoding added, the entity tag its own, without
     * the length, which is another. Vary is left to who sends it, since the uncoded representation
     * needs it as well.
     */
    public static ResponseHead of(ResponseHead identity, ContentCoding coding) {
        String tag = CodedTag.of(identity.fields().first("ETag"), coding);
        FieldList.Builder fields =
                identity.fields().toBuilder().remove("Content-Length").remove("ETag");
        if (tag != null) {
            fields.add("ETag", tag);
        }
        return new ResponseHead(
                identity.status(), fields.add("Content-Encoding", coding.token()).build());
    }

    /** Whether a response says already that it varies by coding. */
    public static boolean saysVary(Fields fields) {
        VaryMatch.Names names = VaryMatch.names(fields);
        return names.star() || names.names().contains(LOWER);
    }

    /** The head of an answer that depends on Accept-Encoding, or that confirms one to a client. */
    public static ResponseHead varying(ResponseHead head, Fields request) {
        ResponseHead own = head.status() == 304 ? confirmed(head, request) : head;
        return saysVary(own.fields())
                ? own
                : new ResponseHead(
                        own.status(), own.fields().toBuilder().add("Vary", VARY).build());
    }

    /**
     * A 304 to a condition whose tags were made here: it confirms what the client has (see {@link
     * CodedTag}).
     */
    private static ResponseHead confirmed(ResponseHead notModified, Fields request) {
        String current = notModified.fields().first("ETag");
        String tag = CodedTag.confirmed(current, request);
        return tag == null || tag.equals(current)
                ? notModified
                : new ResponseHead(
                        notModified.status(),
                        notModified.fields().toBuilder().set("ETag", tag).build());
    }
}
