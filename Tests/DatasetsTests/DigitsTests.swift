import Datasets
import Tensors
import Testing

@Suite struct DigitsTests {
  @Test("the data set is UCI's: sizes, classes and the first image")
  func loads() throws {
    let digits = try Digits.load()
    #expect(digits.images.shape == [1797, 1, 8, 8])
    #expect(digits.labels.shape == [1797] && digits.labels.dataType == .int64)
    #expect(digits.classes.prefix(12) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
    let perClass = (0..<10).map { label in digits.classes.count { $0 == label } }
    #expect(perClass == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    #expect(digits.pixels.prefix(16) == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0])
    #expect(digits.pixels.max() == 16)
    #expect(digits.pixels.reduce(0) { $0 + Int($1) } == 561_718)
  }

  @Test("pixels are scaled to 0 … 1")
  func scales() throws {
    let values = try Digits.load().images.scalars(as: Float.self)
    #expect(values[2] == 5.0 / 16 && values.min() == 0 && values.max() == 1)
  }
}
