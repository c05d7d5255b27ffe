package dev.firesteel.crossing;

import dev.firesteel.util.ProtocolException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** Carries out the calls of pickles from Python. */
final class Calls {
  private Calls() {}

  static @Nullable Object make(Called called, @Nullable Object[] arguments) {
    return switch (called) {
      case ITSELF -> arguments[0];
      case DATE -> LocalDate.of(number(arguments, 0), number(arguments, 1), number(arguments, 2));
      case TIME ->
          LocalTime.of(
              number(arguments, 0),
              number(arguments, 1),
              number(arguments, 2),
              number(arguments, 3) * 1_000);
      case DURATION ->
          Duration.ofDays(number(arguments, 0))
              .plusSeconds(number(arguments, 1))
              .plusNanos(number(arguments, 2) * 1_000L);
      case DECIMAL -> decimal(String.valueOf(arguments[0]));
      case MOMENT -> moment(arguments);
      case NUMBERS -> numbers(arguments);
      case TABLE, UNIQUE, FROZEN ->
          throw new ProtocolException("Python called " + called + ", which only Java does");
    };
  }

  private static Object decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new RecordRefusedException("it holds the Decimal " + text);
    }
  }

  private static Object numbers(@Nullable Object[] arguments) {
    if (arguments[1] instanceof byte[] bytes) {
      return Numbers.parse(String.valueOf(arguments[0])).toArray(bytes);
    }
    throw new ProtocolException("A pickle has an array without bytes");
  }

  private static Object moment(@Nullable Object[] arguments) {
    LocalDateTime local =
        LocalDateTime.of(
            number(arguments, 0),
            number(arguments, 1),
            number(arguments, 2),
            number(arguments, 3),
            number(arguments, 4),
            number(arguments, 5),
            number(arguments, 6) * 1_000);
    if (arguments[7] == null) {
      return local;
    }
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(number(arguments, 7));
    if (!(arguments[8] instanceof String zone)) {
      return local.atOffset(offset);
    }
    try {
      return ZonedDateTime.ofLocal(local, ZoneId.of(zone), offset);
    } catch (DateTimeException e) {
      throw new RecordRefusedException("it holds a datetime of the zone " + zone);
    }
  }

  private static int number(@Nullable Object[] arguments, int index) {
    if (arguments[index] instanceof Long value) {
      return Math.toIntExact(value);
    }
    throw new ProtocolException("A pickle calls a function with something else than a number");
  }
}
