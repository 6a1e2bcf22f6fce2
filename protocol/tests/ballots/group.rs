use crate::{items, text, unit};
use scrutineer_protocol::group::{Point, Scalar, power_of_g, scalar_from_text, scalar_to_text};
use scrutineer_protocol::hash::{Base64Hash, HexHash, hash_to_scalar};
use scrutineer_protocol::json::{self, Weight};

#[test]
fn powers_of_the_generator() {
    for case in items(&unit("group.json"), "scalar_times_generator") {
        let scalar = scalar_from_text(text(&case["scalar"])).unwrap();
        assert_eq!(scalar_to_text(&scalar), text(&case["scalar"]));
        assert_eq!(Point::new(power_of_g(&scalar)).to_text(), text(&case["point"]));
        assert_eq!(Point::from_text(text(&case["point"])).unwrap().to_text(), text(&case["point"]));
    }
}

#[test]
fn products() {
    for case in items(&unit("group.json"), "products") {
        let [a, b] = ["a", "b"].map(|name| *Point::from_text(text(&case[name])).unwrap().element());
        assert_eq!(Point::new(a + b).to_text(), text(&case["product"]));
        assert_eq!(Point::new(a - b).to_text(), text(&case["quotient"]));
    }
}

#[test]
fn points_outside_the_group_are_refused() {
    let vectors = unit("group.json");
    for case in items(&vectors, "invalid_points") {
        assert!(Point::from_text(text(&case["text"])).is_err(), "{}", case["why"]);
    }
    let g = text(&vectors["generator"]);
    for bad in [&g[1..], &format!("0{g}"), &g.replace('6', "G"), "", &format!("{}F", &g[..63])] {
        assert!(Point::from_text(bad).is_err(), "{bad}");
    }
    let upper = "2260CDF3092329C21DA25EE8C9A21F5697390F51643851560E5F46AE6AF8A3C9";
    assert!(Point::from_text(upper).is_err());
    assert!(Point::from_text(&upper.to_lowercase()).is_ok());
}

#[test]
fn scalars_have_one_text() {
    for bad in items(&unit("group.json"), "invalid_scalars") {
        assert!(scalar_from_text(text(bad)).is_err(), "{bad}");
    }
    assert_eq!(scalar_to_text(&-Scalar::ONE), {
        "7237005577332262213973186563042994240857116359379907606001950938285454250988"
    });
}

#[test]
fn hashes_to_scalars() {
    for case in items(&unit("group.json"), "hash_to_scalar") {
        let points: Vec<Point> =
            case["elements"].as_array().unwrap().iter().map(|p| Point::from_text(text(p)).unwrap()).collect();
        let scalar = hash_to_scalar(text(&case["prefix"]), &points);
        assert_eq!(scalar_to_text(&scalar), text(&case["scalar"]));
    }
}

#[test]
fn points_are_sorted_by_their_bytes() {
    let vectors = unit("group.json");
    let sorted: Vec<Point> =
        items(&vectors["sort_order"], "sorted").iter().map(|p| Point::from_text(text(p)).unwrap()).collect();
    assert!(sorted.is_sorted());
}

#[test]
fn json_texts() {
    let vectors = unit("json.json");
    for case in items(&vectors, "strings") {
        let string: String = case["codepoints"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| char::from_u32(u32::try_from(c.as_u64().unwrap()).unwrap()).unwrap())
            .collect();
        assert_eq!(json::to_text(&string), text(&case["json"]));
        assert_eq!(json::parse::<String>("string", text(&case["json"]).as_bytes()).unwrap(), string);
    }
    for case in items(&vectors, "weights") {
        let weight = Weight(text(&case["value"]).parse().unwrap());
        assert_eq!(json::to_text(&weight), text(&case["json"]));
        assert_eq!(json::parse::<Weight>("weight", text(&case["json"]).as_bytes()).unwrap(), weight);
    }
    for bad in ["\"1\"", "1073741824", "\"01073741824\"", "-1", "1.0", "null", "\"\"", "\"1e11\""] {
        assert!(json::parse::<Weight>("weight", bad.as_bytes()).is_err(), "{bad}");
    }
    for case in items(&vectors, "hashes") {
        let bytes = text(&case["text"]).as_bytes();
        assert_eq!(HexHash::of(bytes).to_string(), text(&case["sha256_hex"]));
        assert_eq!(Base64Hash::of(bytes).to_string(), text(&case["base64"]));
        assert_eq!(Base64Hash::from_text(text(&case["base64"])).unwrap(), Base64Hash::of(bytes));
    }
}
