package dev.skerry.cache.policy;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.ResponseHead;
import java.util.Set;
import java.util.TreeSet;

/** How does a 304 or a HEAD update a stored response? RFC 9111 §3.2, §4.3.4 and §4.3.5. */
public final class Freshening {
    private Freshening() {}

    /**
     * The stored response with every field that the newer response has, and no other one of these
     * names. Content-Length, Age and what belongs to a connection are left as they are. Tags and
     * Surrogate-Control come along, since they count for the new lifetime; {@link
     * Forwarding#storedFields} takes them away from what is stored.
     *
     * @param newer a 304 or a response to HEAD, as received
     */
    public static ResponseHead merge(ResponseHead stored, ResponseHead newer) {
        FieldList update = Forwarding.updating(newer.fields());
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < update.size(); i++) {
            names.add(update.name(i));
        }
        names.remove("Content-Length");
        FieldList.Builder fields =
                stored.fields().toBuilder().removeIf((name, value) -> names.contains(name));
        for (int i = 0; i < update.size(); i++) {
            if (names.contains(update.name(i))) {
                fields.add(update.name(i), update.value(i));
            }
        }
        return new ResponseHead(stored.status(), fields.build());
    }

    /**
     * Whether the response to a HEAD is of the representation that is stored, and so updates it
     * (§4.3.5). If not, the stored one is to be considered stale.
     *
     * @param storedLength of the stored body
     */
    public static boolean headAgrees(ResponseHead stored, long storedLength, ResponseHead head) {
        Fields fields = head.fields();
        String length = fields.first("Content-Length");
        return head.status() == stored.status()
                && isSame(stored.fields(), fields, "ETag")
                && isSame(stored.fields(), fields, "Last-Modified")
                && (length == null || FieldValues.digits(length, Long.MAX_VALUE) == storedLength);
    }

    /** Whether a validator that the newer response has is the stored one. */
    private static boolean isSame(Fields stored, Fields newer, String name) {
        String value = newer.first(name);
        return value == null || value.equals(stored.first(name));
    }
}
