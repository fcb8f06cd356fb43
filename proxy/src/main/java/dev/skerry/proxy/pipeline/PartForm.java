package dev.skerry.proxy.pipeline;

import dev.skerry.cache.engine.Answer;
import dev.skerry.cache.http.ContentRange;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.RangeResponses;
import dev.skerry.cache.policy.RangeSelection;
import dev.skerry.cache.store.BodyReader;
import dev.skerry.cache.store.GrowingBody;
import dev.skerry.net.server.BodySource;
import org.jspecify.annotations.Nullable;

/**
 * The response to a request out of a part of a representation that is being received.
 *
 * @param source null for no body
 */
record PartForm(ResponseHead head, @Nullable BodySource source) {
    /**
     * What the request asks for, where the part holds it; else the part as it came, as the answer
     * that upstream chose to give. The reader of the whole part is used, or closed.
     */
    static PartForm of(
            RequestHead request,
            Answer.Streaming answer,
            ContentRange part,
            GrowingBody body,
            BodyReader reader) {
        ResponseHead head = answer.head();
        switch (RangeSelection.select(request, head, part.length())) {
            case RangeSelection.Unsatisfiable none -> {
                reader.close();
                return new PartForm(RangeResponses.unsatisfiable(head, part.length()), null);
            }
            case RangeSelection.One one -> {
                if (part.from() <= one.from() && one.to() <= part.to()) {
                    BodyReader inside =
                            body.reader(one.from() - part.from(), one.to() - part.from());
                    if (inside != null) {
                        reader.close();
                        return partial(head, one, part.length(), inside);
                    }
                }
            }
            case RangeSelection.Whole whole -> {
                if (part.from() == 0 && part.to() == part.length()) {
                    return new PartForm(head, new ReaderSource(reader, part.length()));
                }
            }
            case RangeSelection.Several several -> {}
        }
        RangeSelection.One all = new RangeSelection.One(part.from(), part.to());
        return partial(head, all, part.length(), reader);
    }

    private static PartForm partial(
            ResponseHead head, RangeSelection.One one, long length, BodyReader reader) {
        return new PartForm(
                RangeResponses.partial(head, one, length),
                new ReaderSource(reader, one.to() - one.from()));
    }
}
