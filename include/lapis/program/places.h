// Country, continent and autonomous system of a query's client, from geo databases.
#pragma once

#include "lapis/geo/places.h"
#include "lapis/program/program_set.h"

namespace lapis::program {

/// Which of the three some program of the set looks at, in its match or its response.
geo::Fields places_used(const lang::Set& set);

/// Looks up `query.client` and fills in the fields asked for; texts are borrowed from `places`.
inline void set_place(QueryContext& query, const geo::Places& places, geo::Fields fields) {
  const geo::Place place = places.find(query.client, fields);
  if ((fields & geo::only(geo::Field::country)) != 0) query.country = place.country;
  if ((fields & geo::only(geo::Field::continent)) != 0) query.continent = place.continent;
  if ((fields & geo::only(geo::Field::asn)) != 0) query.asn = place.asn;
  query.place_bits = place.bits;
}

}  // namespace lapis::program
