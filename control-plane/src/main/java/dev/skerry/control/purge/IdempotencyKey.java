package dev.skerry.control.purge;

import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * By which a client says that a request is one that it has sent before, because it did not get the
 * answer. Keys of different tokens and sites are different keys.
 *
 * @param name the key with its token and site, as a digest of 64 hexadecimal digits
 * @param body the digest of the request's body
 */
public record IdempotencyKey(String name, String body) {
    /** The field that carries it. */
    public static final String FIELD = "Idempotency-Key";

    /** The most characters of a key. */
    public static final int LONGEST = 255;

    /** As a structured string, or as it is. */
    private static final Pattern FORM =
            Pattern.compile("\"([!#-\\[\\]-~]{1,255})\"|([!#-\\[\\]-~]{1,255})");

    /** A key that came with another body before. */
    public static final class Reused extends Exception {
        private static final long serialVersionUID = 1L;

        /** The refusal. */
        public Reused() {
            super("this " + FIELD + " came with another body before; a new request has a new key");
        }
    }

    /**
     * The key of a request for a site; null without one.
     *
     * @throws ApiProblem 400 when it is none
     */
    static @Nullable IdempotencyKey of(ApiCall call, String site) throws ApiProblem {
        String value = call.field(FIELD);
        if (value == null) {
            return null;
        }
        Matcher form = FORM.matcher(value.strip());
        if (!form.matches()) {
            throw ApiProblem.badRequest(
                    FIELD
                            + " has 1 to "
                            + LONGEST
                            + " visible ASCII characters, no quotes or backslashes among them");
        }
        String key = form.group(1) == null ? form.group(2) : form.group(1);
        String name = call.caller() + "\n" + site + "\n" + key;
        return new IdempotencyKey(
                digest(name.getBytes(StandardCharsets.UTF_8)), digest(call.body()));
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
