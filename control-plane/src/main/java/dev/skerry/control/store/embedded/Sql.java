package dev.skerry.control.store.embedded;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection and the statements prepared on it. For one thread at a time. */
final class Sql implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    Sql(Connection connection) {
        this.connection = connection;
    }

    /** Takes one row. */
    @FunctionalInterface
    interface RowTaker {
        void take(ResultSet row) throws SQLException;
    }

    /** Makes a value of one row. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Runs a statement that returns no rows.
     *
     * @param text one of few, since it stays prepared
     * @return how many rows it changed
     */
    int run(String text, @Nullable Object... values) throws SQLException {
        try {
            return bound(text, values).executeUpdate();
        } catch (SQLException e) {
            throw dropped(text, e);
        }
    }

    /** Runs a query and hands out its rows one by one. */
    void each(String text, RowTaker taker, @Nullable Object... values) throws SQLException {
        try (ResultSet rows = bound(text, values).executeQuery()) {
            while (rows.next()) {
                taker.take(rows);
            }
        } catch (SQLException e) {
            throw dropped(text, e);
        }
    }

    /** Runs a query and reads its first row; null when there is none. */
    <T> @Nullable T first(String text, RowReader<T> reader, @Nullable Object... values)
            throws SQLException {
        try (ResultSet rows = bound(text, values).executeQuery()) {
            return rows.next() ? reader.read(rows) : null;
        } catch (SQLException e) {
            throw dropped(text, e);
        }
    }

    /** The first column of the first row of a query that has one. */
    long number(String text, @Nullable Object... values) throws SQLException {
        Long number = first(text, row -> row.getLong(1), values);
        if (number == null) {
            throw new SQLException("no row from: " + text);
        }
        return number;
    }

    /** Runs what is run once, or cannot stay prepared. */
    void once(String text) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** The driver closes a statement that fails, so the next to run it prepares it again. */
    private SQLException dropped(String text, SQLException failure) {
        PreparedStatement failed = statements.remove(text);
        try {
            if (failed != null) {
                failed.close();
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private PreparedStatement bound(String text, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = statements.get(text);
        if (statement == null) {
            statement = connection.prepareStatement(text);
            statements.put(text, statement);
        }
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case null -> statement.setObject(i + 1, null);
                case Long number -> statement.setLong(i + 1, number);
                case Integer number -> statement.setLong(i + 1, number);
                case String word -> statement.setString(i + 1, word);
                default -> throw new IllegalArgumentException("neither number nor text");
            }
        }
        return statement;
    }
}
