package dev.skerry.proxy.pipeline;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.proxy.admin.BearerToken;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The token that lets a request be told what others need not know: its cache key. */
public final class DebugToken {
    private static final String FIELD = "Skerry-Debug";

    private final BearerToken token;

    private DebugToken(BearerToken token) {
        this.token = token;
    }

    /**
     * Reads a token; null for no file.
     *
     * @throws IOException when the file cannot be used; the message says what would be right
     */
    public static @Nullable DebugToken read(@Nullable Path file) throws IOException {
        return file == null ? null : new DebugToken(BearerToken.read(file));
    }

    /** Whether a request has a token, this or another. */
    static boolean isIn(Fields request) {
        return request.contains(FIELD);
    }

    /** Whether a request has this token, and only once. */
    boolean isShownBy(Fields request) {
        String given = request.first(FIELD);
        return given != null && request.count(FIELD) == 1 && token.is(given);
    }

    /** A head as if nobody had shown anything: the token selects no variant and goes nowhere. */
    static RequestHead without(RequestHead head) {
        FieldList fields =
                FieldList.builder()
                        .addAll(head.fields())
                        .removeIf((name, value) -> name.equalsIgnoreCase(FIELD))
                        .build();
        return new RequestHead(
                head.method(), head.scheme(), head.authority(), head.target(), fields);
    }

    /**
     * A key as a parameter of Cache-Status (RFC 9211 §2.7, a String of RFC 9651): the URL that it
     * is made of, and the hash, as {@code explain} shows it.
     */
    static String parameter(String scheme, String host, String target, CacheKey key) {
        String text = "%s://%s%s %016x%016x".formatted(scheme, host, target, key.high(), key.low());
        StringBuilder string = new StringBuilder(text.length() + 16).append("; key=\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                string.append('\\');
            }
            string.append(c < 0x20 || c > 0x7E ? '?' : c);
        }
        return string.append('"').toString();
    }
}
