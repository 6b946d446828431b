import Arrays
import Datasets
import Testing

@Suite struct LeakReportTests {
  /// Different pictures of soft blobs, with their numbers as classes.
  private static func pictures(_ numbers: Range<Int>) -> [Labelled<Image>] {
    numbers.map { number in
      var random = RandomScalars(seed: 8, place: number)
      let blobs = (0..<4).map { _ in
        (
          random.uniform(0, 40), random.uniform(0, 40), random.uniform(20, 200),
          random.uniform(20, 90)
        )
      }
      var pixels: [UInt8] = []
      for row in 0..<40 {
        for column in 0..<40 {
          let sum = blobs.reduce(20.0) { sum, blob in
            let (y, x) = (Double(row) - blob.0, Double(column) - blob.1)
            return sum + blob.2 / (1 + (x * x + y * y) / blob.3)
          }
          pixels.append(UInt8(min(255, sum)))
        }
      }
      return Labelled(Image(height: 40, width: 40, channels: 1, pixels: pixels), label: number)
    }
  }

  @Test("copies and changed copies are found, and nothing else")
  func finds() throws {
    let training = LeakReportTests.pictures(0..<400)
    var test = LeakReportTests.pictures(400..<500)
    test.append(Labelled(training[17].image, label: 17))
    test.append(Labelled(training[30].image, label: 99))
    let smaller = training[55].image.resized(to: PixelSize(height: 33, width: 37))
    test.append(Labelled(smaller, label: 55))
    test.append(Labelled(training[71].image.brightened(by: 0.8), label: 71))
    let report = try LeakReport([
      "training": ArrayDataset(training), "test": ArrayDataset(test),
    ])
    #expect(report.count == 504)
    #expect(report.exact.map { [$0.first.place, $0.second.place] } == [[17, 100], [30, 101]])
    #expect(report.near.map { [$0.first.place, $0.second.place] } == [[55, 102], [71, 103]])
    #expect(report.leaks.count == 4 && report.leaks.allSatisfy { $0.second.part == "test" })
    #expect(report.contradictions.map(\.second.label) == [99])
    #expect(report.description.hasPrefix("504 pictures\nexact duplicates: 2, 2 across parts, 1 of"))
  }

  @Test("a changed copy is found among few", arguments: [2, 3, 5, 10])
  func few(count: Int) throws {
    let pictures = LeakReportTests.pictures(0..<count)
    let copy = Labelled(
      pictures[1].image.resized(to: PixelSize(height: 30, width: 35)), label: 1)
    let report = try LeakReport(["all": ArrayDataset(pictures + [copy])])
    #expect(report.near.map { [$0.first.place, $0.second.place] } == [[1, count]])
  }

  @Test("within a part, and with every number of workers", arguments: [1, 2, 5])
  func workers(_ workers: Int) throws {
    let pictures = LeakReportTests.pictures(0..<50)
    let report = try LeakReport(
      ["all": ArrayDataset(pictures + [pictures[3], pictures[3], pictures[4]])], workers: workers)
    #expect(
      report.exact.map { [$0.first.place, $0.second.place] } == [[3, 50], [3, 51], [4, 52]])
    #expect(report.leaks.isEmpty && report.near.isEmpty)
  }

  @Test("every pair within the bounds is found", arguments: [0, 3, 8])
  func complete(distance: Int) throws {
    let base = LeakReportTests.pictures(0..<60)
    let changed = base.map { picture in
      Labelled(
        picture.image.contrasted(by: 0.7).resized(to: PixelSize(height: 20, width: 24)), label: 0)
    }
    let all = ArrayDataset(base + changed)
    let report = try LeakReport(["all": all], hashDistance: distance, correlation: 0.9)
    let wide = try LeakReport(["all": all], hashDistance: 20, correlation: 0.9)
    #expect(
      report.near == wide.near.filter { $0.hashDistance <= distance })
    #expect(wide.near.count >= 60)
  }

  @Test("pictures of one grey, and of no pixels, are compared exactly only")
  func flat() throws {
    let flat = (0..<5).map { number in
      Labelled(
        Image(
          height: 4, width: 4, channels: 1, pixels: Array(repeating: UInt8(number / 2), count: 16)),
        label: 0)
    }
    let empty = Labelled(Image(height: 0, width: 3, channels: 3, pixels: []), label: 0)
    let report = try LeakReport(["all": ArrayDataset(flat + [empty])])
    #expect(report.exact.count == 2 && report.near.isEmpty)
  }

  @Test("a picture that cannot be read is an error")
  func broken() {
    struct Broken: Dataset {
      let count = 7
      func example(at place: Int) throws(DatasetError) -> Labelled<Image> {
        throw DatasetError(.truncatedData, file: "\(place)", found: "less", expected: "more")
      }
    }
    let error = #expect(throws: DatasetError.self) { try LeakReport(["all": Broken()]) }
    #expect(error?.file == "0")
  }
}
