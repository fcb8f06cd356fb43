package dev.skerry.cache.policy;

import dev.skerry.cache.http.CacheControl;
import dev.skerry.cache.http.FieldValues;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.StructuredFields;
import dev.skerry.cache.http.StructuredFields.BooleanValue;
import dev.skerry.cache.http.StructuredFields.InnerList;
import dev.skerry.cache.http.StructuredFields.IntegerValue;
import dev.skerry.cache.http.StructuredFields.StringValue;
import dev.skerry.cache.http.StructuredFields.TokenValue;
import dev.skerry.cache.http.StructuredFields.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which directives of a response speak to us (RFC 9213 §2.2): {@code CDN-Cache-Control}, else
 * {@code Surrogate-Control}, else {@code Cache-Control}. A targeted field that is there and valid
 * takes the place of {@code Cache-Control} and {@code Expires} altogether.
 *
 * @param control the directives in force
 * @param field where they come from
 */
public record ResponseDirectives(CacheControl control, Field field) {
    /** The fields that can hold directives. */
    public enum Field {
        /** RFC 9213; a structured field, ignored when invalid, forwarded. */
        CDN_CACHE_CONTROL,
        /** The older field of the same purpose; removed before the client. */
        SURROGATE_CONTROL,
        /** RFC 9111, or no directives at all. */
        CACHE_CONTROL
    }

    /** The directives in force. */
    public static ResponseDirectives of(Fields response) {
        CacheControl targeted = cdnCacheControl(response);
        if (targeted != null) {
            return new ResponseDirectives(targeted, Field.CDN_CACHE_CONTROL);
        }
        targeted = surrogateControl(response);
        if (targeted != null) {
            return new ResponseDirectives(targeted, Field.SURROGATE_CONTROL);
        }
        return new ResponseDirectives(CacheControl.of(response), Field.CACHE_CONTROL);
    }

    /** Whether {@code Expires} and {@code Pragma} count. */
    public boolean isUntargeted() {
        return field == Field.CACHE_CONTROL;
    }

    /**
     * An empty or invalid field is as good as none. So is one whose known directive has a value of
     * another type than it needs: the directives we would lose might be the strict ones.
     */
    private static @Nullable CacheControl cdnCacheControl(Fields response) {
        if (!response.contains("CDN-Cache-Control")) {
            return null;
        }
        Map<String, Value> members = StructuredFields.dictionary(response, "CDN-Cache-Control");
        if (members == null || members.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Value> member : members.entrySet()) {
            String directive = directive(member.getKey(), member.getValue());
            if (directive == null) {
                return null;
            }
            text.append(directive).append(',');
        }
        return CacheControl.parse(text.toString());
    }

    /** The directive as {@code Cache-Control} spells it, empty to skip it, null when invalid. */
    private static @Nullable String directive(String key, Value value) {
        return switch (key) {
            case "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error" ->
                    value instanceof IntegerValue(long seconds) && seconds >= 0
                            ? key + '=' + seconds
                            : null;
            case "no-cache", "private" -> withFields(key, value);
            case "no-store",
                    "public",
                    "must-revalidate",
                    "proxy-revalidate",
                    "must-understand",
                    "no-transform",
                    "immutable" ->
                    value instanceof BooleanValue(boolean set) ? (set ? key : "") : null;
            default -> "";
        };
    }

    private static @Nullable String withFields(String key, Value value) {
        return switch (value) {
            case BooleanValue(boolean set) -> set ? key : "";
            case StringValue(String names) -> key + "=\"" + names.replace('"', ' ') + '"';
            case TokenValue(String name) -> key + '=' + name;
            case InnerList(List<Value> ignored) -> key;
            default -> null;
        };
    }

    /**
     * {@code max-age=60+30} means 60 s fresh and 30 s stale while revalidating. What follows a
     * semicolon names one surrogate; a node announces no name (Surrogate-Capability), so it cannot
     * be told from others and obeys them all. Null unless it says something about caching.
     */
    private static @Nullable CacheControl surrogateControl(Fields response) {
        if (!response.contains("Surrogate-Control")) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (String member : FieldValues.members(response, "Surrogate-Control")) {
            int semicolon = member.indexOf(';');
            String directive = semicolon < 0 ? member : member.substring(0, semicolon).strip();
            int plus = directive.indexOf('+');
            if (directive.regionMatches(true, 0, "max-age=", 0, 8) && plus > 0) {
                text.append(directive, 0, plus)
                        .append(",stale-while-revalidate=")
                        .append(directive, plus + 1, directive.length());
            } else {
                text.append(directive);
            }
            text.append(',');
        }
        CacheControl control = CacheControl.parse(text.toString());
        return control.noStore() || control.maxAge() != CacheControl.ABSENT ? control : null;
    }
}
