package dev.skerry.cache.policy;

import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The responses to range requests: RFC 9110 §14.4, §14.6, §15.3.7 and §15.5.17. */
public final class RangeResponses {
    private RangeResponses() {}

    /** The 206 for one part of a stored 200; its content is that part. */
    public static ResponseHead partial(ResponseHead stored, RangeSelection.One part, long length) {
        String range = new ContentRange(part.from(), part.to(), length).toString();
        return new ResponseHead(
                206, fields(stored).toBuilder().set("Content-Range", range).build());
    }

    /** The 416 for a stored 200 of this length; it has no content. */
    public static ResponseHead unsatisfiable(ResponseHead stored, long length) {
        FieldList.Builder fields =
                FieldList.builder()
                        .add("Content-Range", new ContentRange(-1, -1, length).toString());
        String date = stored.fields().first("Date");
        return new ResponseHead(416, (date == null ? fields : fields.add("Date", date)).build());
    }

    /**
     * The 206 for several parts.
     *
     * @param boundary 1 to 70 letters and digits that occur nowhere in the content, which random
     *     ones of 32 do not
     */
    public static Multipart multipart(
            ResponseHead stored, RangeSelection.Several selection, long length, String boundary) {
        String type = stored.fields().first("Content-Type");
        List<byte[]> heads = new ArrayList<>(selection.parts().size());
        long total = 0;
        for (RangeSelection.One part : selection.parts()) {
            byte[] head = partHead(boundary, type, part, length, heads.isEmpty());
            heads.add(head);
            total += head.length + part.to() - part.from();
        }
        byte[] end = bytes("\r\n--" + boundary + "--\r\n");
        FieldList fields =
                fields(stored).toBuilder()
                        .set("Content-Type", "multipart/byteranges; boundary=" + boundary)
                        .build();
        return new Multipart(
                new ResponseHead(206, fields),
                selection.parts(),
                List.copyOf(heads),
                end,
                total + end.length);
    }

    /** The stored fields without the framing of the stored body. */
    private static FieldList fields(ResponseHead stored) {
        return stored.fields().toBuilder()
                .remove("Content-Length")
                .remove("Transfer-Encoding")
                .build();
    }

    private static byte[] partHead(
            String boundary,
            @Nullable String type,
            RangeSelection.One part,
            long length,
            boolean first) {
        StringBuilder text = new StringBuilder(128);
        text.append(first ? "--" : "\r\n--").append(boundary).append("\r\n");
        if (type != null) {
            text.append("Content-Type: ").append(type).append("\r\n");
        }
        text.append("Content-Range: ")
                .append(new ContentRange(part.from(), part.to(), length))
                .append("\r\n\r\n");
        return bytes(text.toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * A multipart response: for each part its head and then its bytes, at last the end.
     *
     * @param head the response's head
     * @param parts what of the stored body each part is
     * @param partHeads the bytes before each part
     * @param end the bytes after the last part
     * @param contentLength of all of it
     */
    @SuppressWarnings("ArrayRecordComponent") // written out once, compared by nobody
    public record Multipart(
            ResponseHead head,
            List<RangeSelection.One> parts,
            List<byte[]> partHeads,
            byte[] end,
            long contentLength) {}
}
