package com.example;

import dev.firesteel.api.Broadcast;
import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.LongAccumulator;
import dev.firesteel.types.Pair;
import dev.firesteel.api.PairRdd;
import dev.firesteel.api.Rdd;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Joins orders with customers, and sums up by country: records of a class of the program's own, a
 * join, a broadcast and an accumulator.
 */
public final class Orders {
  private Orders() {}

  /** A record of the program's own, which has to be serializable. */
  record Order(int customer, String article, int pieces) implements Serializable {}

  public static void main(String[] arguments) {
    Map<String, Double> prices = Map.of("bolt", 0.5, "nut", 0.25);
    List<Pair<Integer, String>> countries =
        List.of(Pair.of(1, "Chile"), Pair.of(2, "Ghana"), Pair.of(3, "Chile"));
    List<Order> list = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      list.add(new Order(i % 4, i % 10 == 0 ? "screw" : i % 2 == 0 ? "bolt" : "nut", i % 5));
    }

    try (FiresteelContext sc = FiresteelContext.local(2, "orders")) {
      Broadcast<Map<String, Double>> price = sc.broadcast(prices);
      LongAccumulator unknown = sc.longAccumulator("orders without a price");

      Rdd<Order> orders = sc.parallelize(list, 4);
      PairRdd<Integer, Double> worth =
          orders.flatMapToPair(
              order -> {
                Double each = price.value().get(order.article());
                if (each == null) {
                  unknown.add(1);
                  return List.<Pair<Integer, Double>>of().iterator();
                }
                return List.of(Pair.of(order.customer(), each * order.pieces())).iterator();
              });
      Map<String, Double> byCountry =
          worth
              .reduceByKey(Double::sum)
              .join(sc.parallelizePairs(countries))
              .mapToPair(found -> Pair.of(found.value().value(), found.value().key()))
              .reduceByKey(Double::sum)
              .collectAsMap();

      byCountry.forEach((country, sum) -> System.out.printf("%s %.2f%n", country, sum));
      System.out.println(unknown);
    }
  }
}
