package dev.skerry.cache.policy;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.HttpDate;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.Tags;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Which fields go on, and which are stored? RFC 9110 §7.6.1, RFC 9111 §3.1.
 *
 * <p>Content-Length and Transfer-Encoding are left out everywhere: the framing belongs to whoever
 * writes a message. {@code Skerry-*} fields are for our own nodes; the caller takes what it needs
 * from an authenticated hop before.
 */
public final class Forwarding {
    private static final String SURROGATE_CONTROL = "Surrogate-Control";

    private Forwarding() {}

    /** The fields of a client's request that go upstream, Host and Expect left out as well. */
    public static FieldList request(Fields request) {
        List<String> listed = FieldValues.members(request, "Connection");
        return keep(
                request,
                name ->
                        isHopByHop(name)
                                || isListed(listed, name)
                                || name.equals("host")
                                || name.equals("expect")
                                || name.equals("proxy-authorization"));
    }

    /**
     * The fields of an upstream's response that go downstream: tags gone, and Surrogate-Control as
     * well.
     *
     * @param forNodes whether Surrogate-Control stays, for nodes of ours ({@link
     *     CacheRules#forNodes})
     */
    public static FieldList response(Fields response, boolean forNodes) {
        List<String> listed = FieldValues.members(response, "Connection");
        return keep(
                response,
                name -> isHopByHop(name) || isListed(listed, name) || isForUs(name, forNodes));
    }

    /** A head that {@link #response} made for nodes, as a client gets it. */
    public static ResponseHead withoutSurrogateControl(ResponseHead head) {
        return head.fields().contains(SURROGATE_CONTROL)
                ? new ResponseHead(
                        head.status(), head.fields().toBuilder().remove(SURROGATE_CONTROL).build())
                : head;
    }

    /**
     * The fields of a response that are stored: those that would go downstream, without Age, which
     * is counted anew, and without what is meant for one proxy.
     */
    public static FieldList storedFields(Fields response, boolean forNodes) {
        List<String> listed = FieldValues.members(response, "Connection");
        return keep(
                response,
                name ->
                        isHopByHop(name)
                                || isListed(listed, name)
                                || isForUs(name, forNodes)
                                || isNotStored(name));
    }

    /**
     * The fields of a 304 or HEAD that update what is known of a response, those for us included.
     */
    static FieldList updating(Fields response) {
        List<String> listed = FieldValues.members(response, "Connection");
        return keep(
                response, name -> isHopByHop(name) || isListed(listed, name) || isNotStored(name));
    }

    /**
     * The head to be stored: {@link #storedFields}, those that the decision leaves out gone, and a
     * Date where upstream sent none (RFC 9110 §6.6.1).
     */
    public static ResponseHead stored(
            ResponseHead response,
            List<String> withoutFields,
            long wallNowMillis,
            boolean forNodes) {
        FieldList fields = storedFields(response.fields(), forNodes);
        if (!withoutFields.isEmpty()) {
            fields =
                    fields.toBuilder()
                            .removeIf((name, value) -> isListed(withoutFields, name))
                            .build();
        }
        if (!fields.contains("Date")) {
            fields = fields.toBuilder().add("Date", HttpDate.format(wallNowMillis)).build();
        }
        return new ResponseHead(response.status(), fields);
    }

    /** Whether a field, in lower case, belongs to one connection (RFC 9110 §7.6.1). */
    private static boolean isHopByHop(String lowerName) {
        return switch (lowerName) {
            case "connection",
                    "proxy-connection",
                    "keep-alive",
                    "te",
                    "transfer-encoding",
                    "upgrade",
                    "content-length",
                    "http2-settings" ->
                    true;
            default -> lowerName.startsWith("skerry-");
        };
    }

    private static boolean isForUs(String name, boolean forNodes) {
        return (!forNodes && name.equalsIgnoreCase(SURROGATE_CONTROL)) || Tags.isTagField(name);
    }

    private static boolean isNotStored(String name) {
        return switch (name) {
            case "age", "proxy-authenticate", "proxy-authentication-info", "proxy-authorization" ->
                    true;
            default -> false;
        };
    }

    private static boolean isListed(List<String> names, String name) {
        for (String listed : names) {
            if (listed.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    private static FieldList keep(Fields fields, Predicate<String> without) {
        FieldList.Builder kept = FieldList.builder();
        for (int i = 0; i < fields.size(); i++) {
            if (!without.test(fields.name(i).toLowerCase(Locale.ROOT))) {
                kept.add(fields.name(i), fields.value(i));
            }
        }
        return kept.build();
    }
}
