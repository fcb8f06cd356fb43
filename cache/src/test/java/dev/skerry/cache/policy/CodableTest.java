package dev.skerry.cache.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §7.7. */
class CodableTest {
    private static final Compression TEXT =
            new Compression(
                    List.of(ContentCoding.GZIP),
                    Map.of(ContentCoding.GZIP, 6),
                    1024,
                    4096,
                    type -> type.startsWith("text/"));

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "Text/HTML; charset=utf-8", " text/css ;x"})
    void typesAreComparedWithoutCaseAndParameters(String type) {
        assertTrue(isCodable(200, "Content-Type", type));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "text/event-stream", "Text/Event-Stream;x", "", ";"})
    void otherTypesAreNot(String type) {
        assertFalse(isCodable(200, "Content-Type", type));
        assertFalse(isCodable(200));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 203, 204, 206, 304, 404, 500})
    void onlyStatus200(int status) {
        assertFalse(isCodable(status, "Content-Type", "text/html"));
    }

    @ParameterizedTest
    @CsvSource({
        "Cache-Control, 'max-age=1, No-Transform'",
        "Content-Encoding, gzip",
        "Content-Encoding, ''",
        "Content-Range, bytes 0-1/2",
        "Content-Digest, x",
        "Repr-Digest, x",
        "Digest, x",
        "Content-MD5, x",
        "Trailer, x"
    })
    void whatForbidsIt(String name, String value) {
        assertFalse(isCodable(200, "Content-Type", "text/html", name, value));
    }

    @Test
    void lengthsAreInclusive() {
        assertFalse(TEXT.takes(1023));
        assertTrue(TEXT.takes(1024));
        assertTrue(TEXT.takes(4096));
        assertFalse(TEXT.takes(4097));
        assertTrue(TEXT.takes(-1));
    }

    @Test
    void theHeadTellsTheCodingAndItsOwnTag() {
        ResponseHead origin =
                new ResponseHead(
                        200,
                        FieldList.of("ETag", "\"a;b\"", "Content-Length", "9", "Vary", "Cookie"));

        ResponseHead coded =
                CodedHead.varying(CodedHead.of(origin, ContentCoding.BR), FieldList.EMPTY);

        assertEquals(
                FieldList.of(
                        "Vary",
                        "Cookie",
                        "ETag",
                        "W/\"a;b;br\"",
                        "Content-Encoding",
                        "br",
                        "Vary",
                        "Accept-Encoding"),
                coded.fields());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "accept-encoding", "Cookie, Accept-Encoding"})
    void varyIsNotRepeated(String vary) {
        ResponseHead head = new ResponseHead(200, FieldList.of("Vary", vary));
        assertEquals(head, CodedHead.varying(head, FieldList.EMPTY));
    }

    @Test
    void theOriginGetsItsOwnTagsBack() {
        FieldList request =
                FieldList.of(
                        "If-None-Match",
                        "W/\"5;br\", W/\"5;gzip\", \"6;br\", W/\"7;x\", W/\"a;b;zstd\"",
                        "If-Range",
                        "W/\"5;br\"");
        assertEquals(
                FieldList.of(
                        "If-None-Match",
                        "\"5\", \"6;br\", W/\"7;x\", \"a;b\"",
                        "If-Range",
                        "W/\"5;br\""),
                CodedTag.forOrigin(request));
    }

    private static boolean isCodable(int status, String... fields) {
        return Codable.isCodable(new ResponseHead(status, FieldList.of(fields)), TEXT);
    }
}
