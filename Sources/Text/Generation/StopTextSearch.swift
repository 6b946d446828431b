/// Finds the first of several texts in a text that comes in pieces, and holds back what may be the
/// beginning of one.
///
/// It goes through the bytes one by one, so that what it finds does not depend on the pieces. For
/// each stop text it knows how much of it the bytes so far end with, and goes on from there as Knuth,
/// Morris and Pratt do (1977, "Fast pattern matching in strings").
struct StopTextSearch: Sendable {
  private struct Stop: Sendable {
    let text: String
    let bytes: [UInt8]
    /// Of the first n bytes, how many at their end are a beginning of the whole, all of them aside.
    let borders: [Int]
    /// How many bytes at the end of the text are the beginning of this.
    var matched = 0

    init(_ text: String) {
      self.text = text
      bytes = Array(text.utf8)
      var borders = [0, 0]
      for place in bytes.indices.dropFirst() {
        borders.append(Stop.extend(borders[place], by: bytes[place], bytes, borders))
      }
      self.borders = borders
    }

    /// How much is matched with one more byte; less than the whole must be before.
    static func extend(_ matched: Int, by byte: UInt8, _ bytes: [UInt8], _ borders: [Int]) -> Int {
      var matched = matched
      while matched > 0 && bytes[matched] != byte { matched = borders[matched] }
      return bytes[matched] == byte ? matched + 1 : 0
    }
  }

  /// The stop text that was found.
  private(set) var found: String?
  private var stops: [Stop]
  private var pending: [UInt8] = []

  init(_ texts: [String]) { stops = texts.filter { !$0.isEmpty }.map { Stop($0) } }

  /// The text that can no longer belong to a stop text; nothing more once one is found.
  mutating func append(_ piece: String) -> String {
    if found != nil { return "" }
    if stops.isEmpty { return piece }
    for byte in piece.utf8 {
      pending.append(byte)
      for place in stops.indices {
        let stop = stops[place]
        stops[place].matched = Stop.extend(stop.matched, by: byte, stop.bytes, stop.borders)
      }
      let complete = stops.filter { $0.matched == $0.bytes.count }
      if let stop = complete.max(by: { $0.bytes.count < $1.bytes.count }) {
        found = stop.text
        pending.removeLast(stop.bytes.count)
        return finish()
      }
    }
    // Stop texts begin where scalars do, so that what is clear is whole scalars.
    return take(pending.count - (stops.map(\.matched).max() ?? 0))
  }

  /// What was held back.
  mutating func finish() -> String { take(pending.count) }

  private mutating func take(_ count: Int) -> String {
    let text = String(decoding: pending[..<count], as: UTF8.self)
    pending.removeFirst(count)
    return text
  }
}
