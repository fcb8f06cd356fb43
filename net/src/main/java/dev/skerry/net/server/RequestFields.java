package dev.skerry.net.server;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Request fields as Undertow holds them. Looking up by name allocates nothing; only who walks over
 * the lines pays for a copy. Lines of one name are kept in order, but follow each other.
 */
final class RequestFields implements Fields {
    private final HeaderMap headers;
    private @Nullable FieldList lines;

    RequestFields(HeaderMap headers) {
        this.headers = headers;
    }

    @Override
    public int size() {
        return lines().size();
    }

    @Override
    public String name(int index) {
        return lines().name(index);
    }

    @Override
    public String value(int index) {
        return lines().value(index);
    }

    @Override
    public @Nullable String first(String name) {
        return headers.getFirst(name);
    }

    @Override
    public List<String> all(String name) {
        HeaderValues values = headers.get(name);
        return values == null ? List.of() : values;
    }

    @Override
    public boolean contains(String name) {
        return headers.contains(name);
    }

    private FieldList lines() {
        FieldList known = lines;
        if (known == null) {
            FieldList.Builder copy = FieldList.builder();
            for (HeaderValues values : headers) {
                String name = values.getHeaderName().toString();
                for (int i = 0; i < values.size(); i++) {
                    copy.add(name, values.get(i));
                }
            }
            known = copy.build();
            lines = known;
        }
        return known;
    }
}
