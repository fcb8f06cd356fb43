package dev.skerry.cache.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 §12.5.3. */
class AcceptEncodingTest {
    private static final List<ContentCoding> BR_FIRST =
            List.of(ContentCoding.BR, ContentCoding.ZSTD, ContentCoding.GZIP);
    private static final int ALL = 7;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | -",
                "'' | -",
                "gzip | GZIP",
                "x-gzip | GZIP",
                "GZip | GZIP",
                "gzip, deflate, br, zstd | BR",
                "gzip, deflate, zstd | ZSTD",
                "gzip;q=1.0, br;q=0.9 | GZIP",
                "gzip ; q=0.5 ,, br;Q=0.5 | BR",
                "br;q=0 | -",
                "br;q=0, gzip;q=0.001 | GZIP",
                "* | BR",
                "*, br;q=0 | ZSTD",
                "*;q=0.5, gzip | GZIP",
                "*;q=0, gzip | GZIP",
                "identity;q=1, *;q=0 | -",
                "identity | -",
                "identity, gzip | GZIP",
                "identity, gzip;q=0.5 | -",
                "identity;q=0, gzip;q=0.5 | GZIP",
                "identity;q=0 | -",
                "gzip;level=9 | -",
                "gzip;q=2 | -",
                "gzip;q=-1, br;q=x | -",
                "gzipped, brr | -",
                "gzip;q=0, gzip | GZIP",
            })
    void theBestOfWhatIsAcceptableIsChosen(String value, ContentCoding expected) {
        assertEquals(expected, AcceptEncoding.choose(value, BR_FIRST, ALL));
    }

    @Test
    void theServersOrderDecidesAmongEquals() {
        List<ContentCoding> gzipFirst = List.of(ContentCoding.GZIP, ContentCoding.BR);
        assertEquals(ContentCoding.GZIP, AcceptEncoding.choose("br, gzip, zstd", gzipFirst, ALL));
        assertEquals(null, AcceptEncoding.choose("zstd", gzipFirst, ALL));
    }

    @Test
    void whatThisMachineCannotMakeIsNotChosen() {
        int gzipOnly = ContentCoding.GZIP.bit();
        assertEquals(ContentCoding.GZIP, AcceptEncoding.choose("br, gzip", BR_FIRST, gzipOnly));
        assertEquals(null, AcceptEncoding.choose("br", BR_FIRST, gzipOnly));
    }

    @Property
    void everyTextIsRead(@ForAll String text) {
        AcceptEncoding.choose(text, BR_FIRST, ALL);
    }
}
