package com.example;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.types.Pair;
import dev.firesteel.api.PairRdd;
import java.util.List;
import java.util.Locale;

/**
 * Counts the words of a text, and prints the most frequent ones.
 *
 * <pre>java -cp "target/classes:target/lib/*" com.example.WordCount FILE [HOW_MANY]</pre>
 */
public final class WordCount {
  private WordCount() {}

  public static void main(String[] arguments) {
    if (arguments.length < 1) {
      System.err.println("WordCount needs a file, and takes how many words to print");
      System.exit(2);
    }
    int most = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    try (FiresteelContext sc = FiresteelContext.local(2, "word count")) {
      PairRdd<String, Long> counts =
          sc.textFile(arguments[0])
              .flatMap(line -> List.of(line.toLowerCase(Locale.ROOT).split("[^a-z]+")).iterator())
              .filter(word -> !word.isEmpty())
              .mapToPair(word -> Pair.of(word, 1L))
              .reduceByKey(Long::sum)
              .cache();
      for (Pair<Long, String> each : counts.map(Pair::swap).top(most)) {
        System.out.printf("%7d %s%n", each.key(), each.value());
      }
      System.out.printf("%7d different words%n", counts.count());
    }
  }
}
