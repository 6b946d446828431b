import Synchronization

/// Computes a value for each number of 0 ..< count, on several threads, in the order of the numbers.
///
/// - Throws: the error of the lowest number that has one.
func concurrentMap<Value: Sendable>(
  _ count: Int, workers: Int,
  _ body: @escaping @Sendable (Int) throws(DatasetError) -> Value
) throws(DatasetError) -> [Value] {
  let shares = max(1, min(workers, count))
  let results = Mutex([Result<[Value], DatasetError>?](repeating: nil, count: shares))
  let monitor = Monitor()

  @Sendable func work(_ share: Int) {
    var values: [Value] = []
    let range = count * share / shares..<count * (share + 1) / shares
    values.reserveCapacity(range.count)
    var result: Result<[Value], DatasetError>
    do throws(DatasetError) {
      for number in range { values.append(try body(number)) }
      result = .success(values)
    } catch {
      result = .failure(error)
    }
    monitor.locked { results.withLock { $0[share] = result } }
    monitor.announce()
  }

  for share in 1..<max(1, shares) where !startThread({ work(share) }) { work(share) }
  work(0)
  monitor.lock()
  while results.withLock({ $0.contains { $0 == nil } }) { monitor.wait() }
  monitor.unlock()
  var values: [Value] = []
  values.reserveCapacity(count)
  for result in results.withLock({ $0 }) {
    if let result { values += try result.get() }
  }
  return values
}
