/// A month of the proleptic Gregorian calendar: `1998-01` is `Month(year: 1998, number: 1)`.
public struct Month: Hashable, Sendable, Strideable {
  /// Months since January of the year 0.
  private let ordinal: Int

  private init(ordinal: Int) { self.ordinal = ordinal }

  /// A month of the years 0 … 9999; nil where `number` is none of 1 … 12 or the year lies outside.
  public init?(year: Int, number: Int) {
    guard (0...9999).contains(year), (1...12).contains(number) else { return nil }
    ordinal = 12 * year + number - 1
  }

  /// The month that `1998-01` names: four digits, a hyphen, two digits.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    let digits = bytes.map { Int($0) - 48 }
    guard bytes.count == 7, bytes[4] == UInt8(ascii: "-"),
      digits.enumerated().allSatisfy({ $0.offset == 4 || (0...9).contains($0.element) })
    else { return nil }
    let year = digits[..<4].reduce(0) { 10 * $0 + $1 }
    self.init(year: year, number: 10 * digits[5] + digits[6])
  }

  public var year: Int { ordinal.quotient(by: 12) }

  /// 1 for January … 12 for December.
  public var number: Int { ordinal - 12 * year + 1 }

  public func advanced(by months: Int) -> Month { Month(ordinal: ordinal + months) }
  public func distance(to other: Month) -> Int { other.ordinal - ordinal }
}

extension Month: CustomStringConvertible {
  /// `1998-01`.
  public var description: String {
    let (year, month) = (String(abs(year)), String(number))
    return (self.year < 0 ? "-" : "") + String(repeating: "0", count: max(0, 4 - year.count)) + year
      + (month.count < 2 ? "-0" : "-") + month
  }
}

extension Int {
  /// ⌊self / divisor⌋, also for what is negative.
  fileprivate func quotient(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
