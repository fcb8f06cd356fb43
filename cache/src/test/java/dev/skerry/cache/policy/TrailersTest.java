package dev.skerry.cache.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrailersTest {
    @Test
    void theyAreAcceptedByWhoSaysSo() {
        assertTrue(Trailers.accepted(FieldList.of("TE", "gzip, Trailers")));
        assertFalse(Trailers.accepted(FieldList.of("TE", "gzip")));
        assertFalse(Trailers.accepted(FieldList.EMPTY));
    }

    @Test
    void whatBelongsBehindTheContentGoesOn() {
        FieldList trailers = FieldList.of("X-Sum", "1", "ETag", "\"a\"", "x-sum", "2");

        assertEquals(trailers, Trailers.forwarded(trailers));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding",
                "Content-Length",
                "Host",
                "Cache-Control",
                "Expires",
                "Age",
                "Vary",
                "Set-Cookie",
                "WWW-Authenticate",
                "Authorization",
                "Content-Type",
                "Content-Encoding",
                "Content-Range",
                "Trailer",
                "If-Match",
                "Range",
                "Connection",
                "Surrogate-Key",
                "Surrogate-Control",
                "Skerry-Born",
                "Location",
                "Retry-After"
            })
    void whatAMessageNeedsBeforeItsContentIsDropped(String name) {
        assertEquals(FieldList.of("X", "1"), Trailers.forwarded(FieldList.of(name, "1", "X", "1")));
    }
}
